// Asks the server about a text and shows where in the text the answers are.
//
// Texts, questions and replies go into the page by textContent only: they may hold anything.

const MOST_ANSWERS = 5;
const MOST_EARLIER = 50;
const LONGEST_LINK = 32000; // characters; longer ones break in some browsers and most mail programs
const TINTS = 5; // of the heat map, besides the one for nothing: .tint-0 to .tint-5 in page.css

const EXAMPLES = [
  {
    name: "Timetable",
    context:
      "🚢 Winter timetable of the ferry from Norsund to Little Holm\n\n" +
      "From 3 November the boat leaves Norsund at 6:40, 9:15, 13:05 and 17:30 on working days. " +
      "On Saturdays there is no boat at 6:40. On Sundays the only boats are at 10:20 and 16:45. " +
      "The crossing takes 35 minutes.\n\n" +
      "A ticket costs 4.80 for adults and 2.20 for children under 14. Bicycles 🚲 travel free, " +
      "but no more than 12 fit on the deck. In strong wind the boat may stay in the harbour: " +
      "call 555 0148 after 6:00 to hear whether it sails.",
    question: "How many bicycles fit on the deck?",
  },
  {
    name: "History",
    context:
      "The water mill at Aldbeck was built in 1742 by the brothers Tom and Edwin Hale, who " +
      "ground oats for the farms of the valley. In 1811 a flood carried away the wheel, and for " +
      "nine years the building stood empty. Martha Quill, a widow from the next village, bought " +
      "it in 1820 and put in a larger wheel of oak and iron. Under her the mill made paper " +
      "instead of flour, and by 1835 it gave work to forty people. The last sheet was made in " +
      "1907. Since 1988 the mill has been a small museum, and on the first Saturday of each " +
      "month the wheel turns again.",
    question: "Who bought the mill after the flood?",
  },
  {
    name: "Recipe",
    context:
      "Potato and leek soup for four. Wash three leeks, cut them into thin rings and let them " +
      "soften in two spoons of butter for ten minutes over a low fire; they must not turn " +
      "brown. Peel 600 grams of potatoes, cut them into small cubes and add them with a litre " +
      "of vegetable stock and a bay leaf. Cook everything for 25 minutes with the lid on. Take " +
      "out the bay leaf, mash half of the soup with a fork and stir it back in, so that the " +
      "soup becomes thick without cream. Add salt, pepper and a little nutmeg. Serve it with " +
      "dark bread and chopped chives.",
    question: "How long does everything cook with the lid on?",
  },
];

const form = document.getElementById("form");
const examples = document.getElementById("examples");
const contextField = document.getElementById("context");
const questionField = document.getElementById("question");
const askButton = document.getElementById("ask");
const copyButton = document.getElementById("copy");
const errorLine = document.getElementById("error");
const statusLine = document.getElementById("status");
const result = document.getElementById("result");
const resultTitle = document.getElementById("result-title");
const passagesLine = document.getElementById("passages");
const cutLine = document.getElementById("cut");
const shown = document.getElementById("shown");
const answersPart = document.getElementById("answers-part");
const answersList = document.getElementById("answers");
const lookButton = document.getElementById("look");
const heat = document.getElementById("heat");
const heatNote = document.getElementById("heat-note");
const heatMap = document.getElementById("heat-map");
const earlierPart = document.getElementById("earlier-part");
const earlierList = document.getElementById("earlier");

let busy = false; // a request is on its way
let current = null; // what is shown: { context, question, reply }
let asked = []; // all of them, the last one first

/** What the user can be told about a request that failed. */
class Failure extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/** A new element; its text is put in as text. */
function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function percent(probability) {
  const value = 100 * probability;
  // Near the ends, 0% and 100% would say too much.
  if (value < 0.1) return "<0.1%";
  if (value > 99.9) return ">99.9%";
  return `${value.toFixed(value < 10 || value > 99 ? 1 : 0)}%`;
}

// The server.

async function post(wish) {
  let response;
  try {
    // Beside this script: the page's own address may lack the slash at its end.
    response = await fetch(new URL("v1/answer", import.meta.url), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
  } catch {
    throw new Failure(null, "The server cannot be reached. Check the network and ask again.");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw failureOf(response, body);
  if (!Array.isArray(body?.answers)) {
    throw new Failure(null, "The server's reply was not understood.");
  }
  return body;
}

function failureOf(response, body) {
  if (response.status === 503) {
    const seconds = Number.parseInt(response.headers.get("Retry-After"), 10);
    const when = seconds > 0 ? `in ${seconds} second${seconds === 1 ? "" : "s"}` : "in a moment";
    return new Failure(null, `The reader is busy. Ask again ${when}.`);
  }
  const message = body?.error?.message ?? `The server replied with status ${response.status}.`;
  return new Failure(body?.error?.field ?? null, message);
}

/** Does some work that waits for the server, unless such work is going on. */
async function whileReading(button, work) {
  if (busy) return;
  busy = true;
  clearError();
  const label = button.textContent;
  button.textContent = "Reading…";
  // Not `disabled`: a disabled button loses the focus.
  for (const each of [askButton, lookButton]) each.setAttribute("aria-disabled", "true");
  try {
    await work();
  } catch (failure) {
    showFailure(failure, button);
  } finally {
    busy = false;
    button.textContent = label;
    for (const each of [askButton, lookButton]) each.removeAttribute("aria-disabled");
  }
}

// Messages.

function clearError() {
  errorLine.textContent = "";
  for (const each of [contextField, questionField, askButton, copyButton, lookButton]) {
    each.removeAttribute("aria-invalid");
    each.removeAttribute("aria-describedby");
  }
}

/** Says what went wrong, at the field that it is about, or else at the button that was used. */
function showFailure(failure, button) {
  if (!(failure instanceof Failure)) console.error(failure);
  const fields = { context: contextField, question: questionField };
  const field = fields[failure.field];
  errorLine.textContent =
    failure instanceof Failure ? failure.message : "The server's reply was not understood.";
  (field ?? button).setAttribute("aria-describedby", "error");
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  errorLine.scrollIntoView({ block: "nearest" });
}

// Asking.

async function ask(context, question) {
  statusLine.textContent = "";
  if (context.trim() === "") throw new Failure("context", "Give a text to read.");
  if (question.trim() === "") throw new Failure("question", "Give a question.");
  const reply = await post({ context, question, n_best: MOST_ANSWERS, attention: false });
  current = { context, question, reply };
  const isOld = (each) => each.context === context && each.question === question;
  asked = [current, ...asked.filter((each) => !isOld(each))].slice(0, MOST_EARLIER);
  showResult();
  showEarlier();
}

function fill(context, question) {
  contextField.value = context;
  questionField.value = question;
}

// The result.

function showResult() {
  const { question, reply } = current;
  result.hidden = false;
  resultTitle.textContent = `“${question.trim()}”`;
  const { passages_read: read, passages } = reply;
  passagesLine.hidden = !(read < passages);
  passagesLine.textContent =
    `Read ${read.toLocaleString("en")} of ${passages.toLocaleString("en")} passages, ` +
    "chosen by the question's words.";
  const { question_tokens_read: tokensRead, question_tokens: tokens } = reply;
  cutLine.hidden = !(tokensRead < tokens);
  cutLine.textContent =
    `Of the question only the first ${tokensRead} of ${tokens} words and marks were read. ` +
    "Ask in fewer words.";
  showText();
  showAnswers();
  closeHeat();
  const best = reply.answers[0];
  statusLine.textContent = best
    ? `Answer: “${best.text}”. Probability: ${percent(best.probability)}.`
    : "The text has no words to answer with.";
}

/** The place in UTF-16 units, which JavaScript counts, of every code point and of the end. */
function unitsOf(text) {
  const units = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  units.push(unit);
  return units;
}

/** The text, cut where an answer starts or ends; each piece with the answers that it belongs to. */
function piecesOf(text, answers) {
  const units = unitsOf(text);
  const unitAt = (place) => units[Math.max(0, Math.min(place, units.length - 1))];
  const spans = answers.map((each) => [unitAt(each.char_start), unitAt(each.char_end)]);
  const cuts = [...new Set([0, text.length, ...spans.flat()])].sort((one, other) => one - other);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const holds = (rank) => spans[rank][0] <= start && end <= spans[rank][1];
    const ranks = [...spans.keys()].filter(holds);
    return { text: text.slice(start, end), ranks };
  });
}

/** The text with all answers marked. Where answers overlap, the tone is that of the best one. */
function showText() {
  shown.replaceChildren();
  for (const { text, ranks } of piecesOf(current.context, current.reply.answers)) {
    if (ranks.length === 0) {
      shown.append(text);
      continue;
    }
    const mark = make("mark", ["best", "second"][ranks[0]] ?? "later", text);
    mark.dataset.ranks = ranks.join(" ");
    shown.append(mark);
  }
  scrollToMark(marksOf(0)[0], "instant");
}

function marksOf(rank) {
  const marks = [...shown.querySelectorAll("mark")];
  return marks.filter((mark) => mark.dataset.ranks.split(" ").includes(String(rank)));
}

/** Puts a mark into the middle of the box with the text. */
function scrollToMark(mark, behavior) {
  if (!mark) return;
  const down = mark.getBoundingClientRect().top - shown.getBoundingClientRect().top;
  shown.scrollTo({ top: shown.scrollTop + down - shown.clientHeight / 2, behavior });
}

function showAnswers() {
  answersPart.hidden = current.reply.answers.length === 0;
  answersList.replaceChildren(
    ...current.reply.answers.map((answer, rank) => {
      const button = make("button", rank === 0 ? "answer best-answer" : "answer");
      button.type = "button";
      const bar = make("span", "bar");
      const filled = make("span", "filled");
      filled.style.width = `${100 * answer.probability}%`;
      bar.append(filled);
      bar.setAttribute("aria-hidden", "true"); // the number beside it says the same
      // The space keeps words and number apart where they are read out.
      const number = make("span", "percent", percent(answer.probability));
      button.append(make("span", "words", answer.text), " ", number, bar);
      button.addEventListener("click", () => choose(rank));
      const item = make("li");
      item.append(button);
      return item;
    }),
  );
}

/** Marks one answer as the current one, in the list and in the text, and goes to its place. */
function choose(rank) {
  for (const old of result.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
  const marks = marksOf(rank);
  for (const mark of marks) mark.setAttribute("aria-current", "true");
  answersList.querySelectorAll("button")[rank].setAttribute("aria-current", "true");
  scrollToMark(marks[0], "auto"); // as page.css says: smooth, unless less motion is wanted
  // The box, not the mark: to go to the mark would break off the box's own scrolling.
  shown.scrollIntoView({ block: "nearest" });
  const { text, probability } = current.reply.answers[rank];
  statusLine.textContent =
    `Answer ${rank + 1}, marked in the text: “${text}”. Probability: ${percent(probability)}.`;
}

// The heat map.

function closeHeat() {
  heat.hidden = true;
  heatMap.replaceChildren();
  lookButton.setAttribute("aria-expanded", "false");
}

async function openHeat() {
  const { context, question } = current;
  const reply = await post({ context, question, n_best: MOST_ANSWERS, attention: true });
  heatMap.replaceChildren(...(reply.attention ? [heatTable(reply.attention)] : []));
  heatMap.hidden = !reply.attention;
  heatNote.textContent = reply.attention
    ? "A row for each word of the best answer, a column for each word of the question. " +
      "The stronger the colour, the more weight."
    : "This reader does not show what it looks at.";
  heat.hidden = false;
  lookButton.setAttribute("aria-expanded", "true");
  heat.scrollIntoView({ block: "nearest" });
}

/** A row for each word of the answer, a column for each word of the question. */
function heatTable({ answer, question, weights }) {
  const most = weights.flat().reduce((one, other) => Math.max(one, other), 0);
  const table = make("table");
  table.setAttribute("aria-describedby", "heat-note");
  const head = table.createTHead().insertRow();
  head.append(make("td"), ...question.map((word) => headerCell(word, "col")));
  const body = table.createTBody();
  for (const [index, word] of answer.entries()) {
    const row = body.insertRow();
    row.append(headerCell(word, "row"), ...weights[index].map((weight) => heatCell(weight, most)));
  }
  return table;
}

function headerCell(word, scope) {
  const cell = make("th");
  cell.scope = scope;
  // page.css turns the span and cuts it off: a cell itself does not turn well.
  const span = make("span", "", word);
  span.title = word;
  cell.append(span);
  return cell;
}

function heatCell(weight, most) {
  const level = most > 0 ? Math.ceil((TINTS * weight) / most) : 0;
  const cell = make("td", `tint-${Math.max(0, Math.min(level, TINTS))}`);
  cell.title = weight.toFixed(2);
  cell.append(make("span", "number", weight.toFixed(2)));
  return cell;
}

// Earlier questions.

function showEarlier() {
  const earlier = asked.filter((each) => each !== current);
  earlierPart.hidden = earlier.length === 0;
  earlierList.replaceChildren(...earlier.map(earlierItem));
}

function earlierItem(each) {
  const best = each.reply.answers[0];
  const button = make("button", "again");
  button.type = "button";
  const answer = best ? `${best.text} (${percent(best.probability)})` : "No answer";
  button.append(make("span", "asked", each.question), " ", make("span", "words", answer));
  if (each.context !== current.context) {
    const start = [...each.context.trim().slice(0, 80)].slice(0, 40).join("");
    const more = start.length < each.context.trim().length ? "…" : "";
    button.append(" ", make("span", "note", `in another text: “${start}${more}”`));
  }
  button.addEventListener("click", () => {
    whileReading(askButton, async () => {
      fill(each.context, each.question);
      // What the field holds, as in any other question.
      await ask(contextField.value, questionField.value);
      // The list was made anew, and with it the button that had the focus.
      resultTitle.focus();
    });
  });
  const item = make("li");
  item.append(button);
  return item;
}

// Links. A fragment stays in the browser: nothing of it is sent to the server.

async function copyLink() {
  clearError();
  statusLine.textContent = "";
  const fields = { text: contextField.value, question: questionField.value };
  const link = new URL(`#${new URLSearchParams(fields)}`, location.href).href;
  if (link.length > LONGEST_LINK) {
    showFailure(new Failure(null, "The text is too long for a link."), copyButton);
    return;
  }
  history.replaceState(null, "", link);
  try {
    // Only there on https and on localhost.
    await navigator.clipboard.writeText(link);
    statusLine.textContent = "Link copied. It holds the text and the question.";
  } catch {
    statusLine.textContent = "The link is now the address of this page: copy it from there.";
  }
}

function fillFromLink() {
  const fields = new URLSearchParams(location.hash.slice(1));
  if (!fields.has("text") && !fields.has("question")) return;
  clearError();
  fill(fields.get("text") ?? "", fields.get("question") ?? "");
  statusLine.textContent = "Text and question come from the link.";
}

for (const { name, context, question } of EXAMPLES) {
  const button = make("button", "example", name);
  button.type = "button";
  button.addEventListener("click", () => {
    clearError();
    statusLine.textContent = "";
    fill(context, question);
    questionField.focus();
  });
  examples.append(button);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  whileReading(askButton, () => ask(contextField.value, questionField.value));
});

lookButton.addEventListener("click", () => {
  if (heat.hidden) whileReading(lookButton, openHeat);
  else closeHeat();
});

copyButton.addEventListener("click", copyLink);
window.addEventListener("hashchange", fillFromLink);
fillFromLink();
