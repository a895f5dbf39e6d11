"""What the service says of itself in its OpenAPI, against what it does, by made-up requests."""

import schemathesis
from hypothesis import HealthCheck, settings
from serving import application

from squad_reader.serve.service import Limits

LIMITS = Limits(context=200, question=50)
schema = schemathesis.openapi.from_asgi(
    "/openapi.json", application(limits=LIMITS, allowed_host="testserver")
)


@schema.parametrize()
@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_it_does_what_it_says(case):
    case.call_and_validate()
