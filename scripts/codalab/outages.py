"""Asks a server that does not answer again for a few minutes, with growing pauses."""

import time

PAUSES = (2, 4, 8, 16, 30, 60, 60, 60)  # seconds; four minutes
LONG = 60  # seconds; in a call that took longer the server has answered


def ask_patiently(call, say, sleep=time.sleep, clock=time.monotonic):
    """Make a call until the server answers, or the pauses are used up.

    Args:
        call: gives a client.Answer; making it twice must do no harm.
        say: told before each pause, in a line, what happened.

    Returns:
        The last Answer; `is_outage` where the server did not come back.
    """
    pauses = iter(PAUSES)
    while True:
        start = clock()
        answer = call()
        if not answer.is_outage:
            return answer
        if clock() - start > LONG:
            pauses = iter(PAUSES)  # another outage than the last
        pause = next(pauses, None)
        if pause is None:
            return answer
        say(f"no answer from the server ({answer.fault}); again in {pause} s")
        sleep(pause)
