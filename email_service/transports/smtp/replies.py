"""What the replies to MAIL, RCPT and DATA mean together."""

from email_service.transports.outcomes import Delivery, Phase, Reply, Verdict


def refusal_in(sender: Reply, recipients: dict[str, Reply], data: Reply) -> Delivery | None:
    """Why the message may not be sent now: MAIL, every RCPT or DATA was refused."""
    if sender.verdict != Verdict.SENT:
        return Delivery(verdict=sender.verdict, phase=Phase.MAIL, reply=sender)
    if not answered(recipients, Verdict.SENT):
        return _nobody(recipients)
    if data.code != 354:
        verdict = Verdict.PROTOCOL if data.verdict == Verdict.SENT else data.verdict
        return Delivery(verdict=verdict, phase=Phase.DATA, reply=data)
    return None


def _nobody(recipients: dict[str, Reply]) -> Delivery:
    """No recipient was accepted: worth another try if one of them said "not now"."""
    deferred = answered(recipients, Verdict.TRANSIENT)
    refused = answered(recipients, Verdict.PERMANENT, Verdict.PROTOCOL)
    reply = next(iter((deferred or refused).values()))
    return Delivery(
        verdict=reply.verdict, phase=Phase.RCPT, reply=reply, refused=refused, deferred=deferred
    )


def answered(recipients: dict[str, Reply], *verdicts: Verdict) -> dict[str, Reply]:
    """The recipients whose reply means one of these."""
    return {who: reply for who, reply in recipients.items() if reply.verdict in verdicts}
