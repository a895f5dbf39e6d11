"""Text never becomes markup."""

from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from squad_reader.report.markup import BAD, Markup, data_text, element, escaped, joined

ANY = st.text(st.characters())  # lone surrogates too


class Reading(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(ANY, ANY)
def test_a_text_comes_back_as_text_and_an_attribute_as_attribute(text, value):
    made = element("p", text, title=value)
    shown, titled = (BAD.sub("\ufffd", each) for each in (text, value))
    found = Reading(made)
    assert found.tags == [("p", {"title": titled})]
    assert found.text == shown
    made.encode("utf-8")


@given(ANY)
def test_it_is_xml_too(text):
    found = ElementTree.fromstring(element("svg", element("title", text), aria_label=text))
    shown = BAD.sub("\ufffd", text)
    assert found.find("title").text or "" == shown.replace("\r\n", "\n").replace("\r", "\n")


def test_markup_is_not_escaped_again_and_a_joined_one_neither():
    inner = joined(element("b", "<"), " & ", None, 3)
    assert element("p", inner) == "<p><b>&lt;</b> &amp; 3</p>"
    assert isinstance(inner, Markup)
    assert not isinstance(inner + "<i>", Markup)  # what is put beside it counts as text again
    assert joined(inner + "<i>") == escaped("<b>&lt;</b> &amp; 3<i>")


def test_attributes():
    made = element("input", class_="a", aria_label="b", hidden=True, disabled=False, id=None)
    assert made == '<input class="a" aria-label="b" hidden>'
    assert data_text("x<") == "<bdi>x&lt;</bdi>"
