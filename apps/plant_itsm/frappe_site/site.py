"""The ports of the Frappe site that is connected."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit

import frappe
from frappe.utils import get_bench_id

from plant_itsm.frappe_site.clock import SystemClock
from plant_itsm.frappe_site.jobs import FrappeJobQueue
from plant_itsm.frappe_site.notifier import FrappeNotifier
from plant_itsm.frappe_site.records import FrappeRecords
from plant_itsm.ports import Ports


def site_ports() -> Ports:
	return Ports(
		records=FrappeRecords(),
		clock=SystemClock(),
		jobs=FrappeJobQueue(),
		notifier=FrappeNotifier(),
		redis_url=queue_redis_url(),
		namespace=frappe.local.site,
		secrets_folder=Path(frappe.get_site_path("private", "plant_itsm")).resolve(),
	)


def queue_redis_url() -> str:
	"""The Redis that holds the site's job queues, with the credentials that Frappe uses where it asks for some."""
	url: str = frappe.conf.redis_queue
	if not frappe.conf.get("use_rq_auth"):
		return url
	user = frappe.conf.get("rq_username") or get_bench_id()
	parts = urlsplit(url)
	credentials = f"{quote(user, safe='')}:{quote(frappe.conf.get('rq_password') or '', safe='')}"
	return parts._replace(netloc=f"{credentials}@{parts.netloc.rpartition('@')[2]}").geturl()
