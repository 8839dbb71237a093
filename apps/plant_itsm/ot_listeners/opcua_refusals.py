"""When a server answers and does not want us: a person must change something there or here."""

from __future__ import annotations

from asyncua import ua

_REFUSALS = (
	ua.uaerrors.BadIdentityTokenInvalid,
	ua.uaerrors.BadIdentityTokenRejected,
	ua.uaerrors.BadUserAccessDenied,
	ua.uaerrors.BadUserSignatureInvalid,
	ua.uaerrors.BadCertificateInvalid,
	ua.uaerrors.BadCertificateUntrusted,
	ua.uaerrors.BadCertificateTimeInvalid,
	ua.uaerrors.BadCertificateUriInvalid,
	ua.uaerrors.BadCertificateHostNameInvalid,
	ua.uaerrors.BadCertificateUseNotAllowed,
	ua.uaerrors.BadCertificateRevoked,
	ua.uaerrors.BadCertificateIssuerRevoked,
	ua.uaerrors.BadSecurityChecksFailed,
	ua.uaerrors.BadSecurityModeRejected,
	ua.uaerrors.BadSecurityPolicyRejected,
)


class ServerRefusedError(Exception):
	"""The server does not want us, or we do not want it as it is. The text says why and what to do."""


def is_refusal(error: BaseException) -> bool:
	return isinstance(error, (ServerRefusedError, *_REFUSALS))
