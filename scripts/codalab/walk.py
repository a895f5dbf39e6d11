"""Takes the steps of a submission one after the other, and can go on where an earlier call stopped.

A step that fails ends it with what to do. While it only waits or asks, a server that does not
answer is asked again (`outages`).
"""

import os
import shlex
import sys

from bundles import UserError, digest_of, pass_on, say
from client import uuid_of, worksheet_of
from outages import ask_patiently
from submission import CHECKPOINT, CODE
from submitted import Record, path_for, read_record

FAILED = ("failed", "killed")  # what `cl wait` prints for a run that failed


class Walk:
    """One call of `submit`."""

    def __init__(self, client, submission, flags):
        self.client, self.submission, self.flags = client, submission, flags
        path = path_for(flags.checkpoint, flags.code)
        self.record = read_record(path) if flags.resume else Record(path)
        self.uploads = {CODE: flags.code, CHECKPOINT: flags.checkpoint}
        if not flags.resume and os.path.exists(path):
            say(f"{path} of an earlier call will be replaced; --resume goes on from there instead")

    def go(self):
        """Take all steps; the score is printed on stdout."""
        takers = {"check": self._check, "make": self._make, "wait": self._wait}
        takers |= {"score": self._score, "tag": self._ask}
        self._choose_worksheet()
        self.submission.ids = self.record.ids
        for step in self.submission.steps():
            try:
                takers[step.kind](step)
            except KeyboardInterrupt:
                raise KeyboardInterrupt(self._how_to_come_back(step)) from None
            self.submission.ids = self.record.ids

    def _choose_worksheet(self):
        """Ask once: the client remembers the current one by the chain of its parent processes."""
        given = self.flags.worksheet
        if given and "::" in given:
            worksheet = given
        elif self.record.worksheet and not given:
            worksheet = self.record.worksheet
        else:
            worksheet = self._current_worksheet()
            if given:
                worksheet = f"{worksheet.rpartition('::')[0]}::{given}"
        if self.flags.resume and worksheet != self.record.worksheet:
            raise UserError(
                f"--worksheet: expected {self.record.worksheet} of {self.record.path}, "
                f"got {worksheet}; leave out --worksheet, or --resume to begin anew"
            )
        self.submission.worksheet = self.record.worksheet = worksheet

    def _current_worksheet(self):
        line = next(self.submission.steps()).line
        answer = self.client.call(line)
        if answer.status:
            raise UserError(
                f"expected the current worksheet from {self.client.show(line)}, got {answer.fault}"
                "; name it with --worksheet=INSTANCE::NAME, or choose it in this shell with cl work"
            )
        return worksheet_of(answer)

    def _check(self, step):
        """A given bundle is there and ready, before anything is uploaded."""
        answer = self.client.call(step.line, quiet=step.line[0] == "cat")
        state = answer.text.rpartition("\t")[2]
        fault = answer.fault if answer.status else f"its state is {state}"
        if answer.status or (step.line[0] == "info" and state != "ready"):
            expected = "expected a bundle that is on the server and ready"
            raise UserError(f"{step.role}: {expected}, got {step.line[-1]}: {fault}")

    def _make(self, step):
        """Upload or run, unless an earlier call has done the same."""
        path = self.uploads.get(step.role)
        made_from = {"sha256": digest_of(path)} if path else {"line": step.line}
        known = self.record.bundles.get(step.role)
        if known is None:
            self.record.add(
                step.role, uuid_of(self._judge(step.line, self.client.call(step.line))), **made_from
            )
        else:
            self._compare(step, known, made_from)
            say(f"{step.role} is there: {known['uuid']}")

    def _compare(self, step, known, made_from):
        """Refuse to go on with a bundle that was made from other files or flags."""
        if made_from.items() <= known.items():
            return
        if step.role in self.uploads:
            raise UserError(
                f"{self.uploads[step.role]} is no longer what was uploaded as {known['uuid']}; "
                "without --resume all is uploaded and run anew"
            )
        was, now = known.get("line", []), step.line
        gone = shlex.join(part for part in was if part not in now) or "nothing"
        new = shlex.join(part for part in now if part not in was) or "nothing"
        raise UserError(
            f"--resume: {step.role} ({known['uuid']}) was made by another line, with {gone} in "
            f"place of {new}; give the same flags, or leave out --resume to begin anew"
        )

    def _wait(self, step):
        """Wait for a run; one that failed is forgotten, so that --resume makes it anew."""
        answer = self._patiently(step.line)
        if answer.status and answer.error in FAILED:
            name = f"{self.submission.names[step.role]} ({self.record.ids[step.role]})"
            told = self._patiently(self.submission.why_failed(step.role)).text
            why = told.rpartition("\t")[0].rstrip(".")
            why = "" if why == "None" else why
            look = self.client.show(self.submission.stderr_of(step.role))
            self.record.drop(step.role)
            raise UserError(
                f"{name} {answer.error}: {why or 'no reason given'}; its stderr, if it came to "
                f"run: {look}; to run it again without uploading: {self._again()}"
            )
        self._judge(step.line, answer)

    def _score(self, step):
        pass_on(self._ask(step).output, sys.stdout)

    def _ask(self, step):
        return self._judge(step.line, self._patiently(step.line, quiet=step.kind == "score"))

    def _patiently(self, line, quiet=False):
        return ask_patiently(lambda: self.client.call(line, quiet), say)

    def _judge(self, line, answer):
        """The answer, if it is one."""
        if answer.status:
            failed, again = f"status {answer.status} from", "to go on"
            if answer.is_outage:
                failed = "no answer from the server to"
                again = "what runs there goes on; to come back"
            text = f"{failed} {self.client.show(line)}: {answer.fault}"
            raise UserError(f"{text}; {again}: {self._again()}" if self.record.bundles else text)
        return answer

    def _again(self):
        """This call, to be given again so that it goes on."""
        resume = [] if self.flags.resume else ["--resume"]
        return shlex.join([*sys.argv, *resume])

    def _how_to_come_back(self, step):
        """What Ctrl-C says after `stopped`."""
        if step.kind == "wait":
            run = f"{self.submission.names[step.role]} ({self.record.ids[step.role]})"
            return f"; {run} goes on on the server; to come back to it: {self._again()}"
        return f"; to go on: {self._again()}" if self.record.bundles else ""
