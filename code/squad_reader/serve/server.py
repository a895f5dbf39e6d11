"""Mode serve: the service on the web, with its page."""

import json
import os
from typing import Any

import uvicorn

from squad_reader.config import Config, make_config, values_of
from squad_reader.predict.reader import reader_of
from squad_reader.serve.api import make_api
from squad_reader.serve.checks import check_flags, most_body, names_of
from squad_reader.serve.connection import Connection
from squad_reader.serve.guard import Guard
from squad_reader.serve.headers import App, SecurityHeaders
from squad_reader.serve.origins import Preflights, ReadableByOrigins
from squad_reader.serve.port import check_port
from squad_reader.serve.service import Limits, Service

VARIABLE = "SQUAD_READER_SERVE"  # the options, for the processes of --workers


def serve(config: Config) -> None:
    """Listen until the process is stopped.

    Raises:
        InputError: the checkpoint does not fit, no request could match a flag, or the port is
            in use.
    """
    check_flags(config)
    check_port(config.host, config.port)
    os.environ[VARIABLE] = json.dumps(values_of(config))
    # What is wrong with the checkpoint is told before it listens, and here: uvicorn would start a
    # process that ends with an error again and again.
    app: Any = make_app(config)
    if config.workers > 1:
        app = "squad_reader.serve.server:app_of_environment"
    uvicorn.run(
        app,
        factory=config.workers > 1,
        host=config.host,
        port=config.port,
        workers=config.workers,
        http=Connection,
        ws="none",  # there is no such route, and the guard checks requests of HTTP alone
        server_header=False,
        log_level="info",
    )


def app_of_environment() -> App:
    """The application in one of several processes."""
    return make_app(make_config(json.loads(os.environ[VARIABLE])))


def make_app(config: Config) -> App:
    """The application: the routes, with all that stands around them."""
    limits = Limits(
        context=config.max_context,
        question=config.max_question,
        waiting=config.max_waiting,
        seconds=config.answer_seconds,
    )
    api = make_api(Service(reader_of(config, "onnx"), limits), config.root_path)
    return guarded(api, config)


def guarded(api: App, config: Config) -> App:
    """The routes with all that stands around them."""
    hosts, origins = names_of(config.allowed_host), names_of(config.allow_origin)
    app = Preflights(api, origins) if origins else api
    app = Guard(app, most_body(config), hosts, config.body_seconds, config.root_path)
    return SecurityHeaders(ReadableByOrigins(app, origins) if origins else app)
