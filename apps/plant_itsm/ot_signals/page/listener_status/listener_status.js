frappe.pages["listener-status"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Listener Status"),
		single_column: true,
	});
	wrapper.listener_status = new ListenerStatus(page);
};

frappe.pages["listener-status"].on_page_show = (wrapper) => wrapper.listener_status.start();
frappe.pages["listener-status"].on_page_hide = (wrapper) => wrapper.listener_status.stop();

const REFRESH_MS = 10_000;
const HEARS = ["connected", "connecting"];

// What keeps us listening, and what is wrong with it. Asks again each ten seconds while it is shown.
class ListenerStatus {
	constructor(page) {
		this.body = $(`<div class="listener-status">
			<div data-troubles role="status" aria-live="polite"></div>
			<div class="listener-status-site" data-site></div>
			<div data-connections></div>
		</div>`).appendTo(page.main);
		page.set_secondary_action(__("Refresh"), () => this.refresh());
		page.add_menu_item(__("OT Connections"), () => frappe.set_route("List", "OT Connection"));
		page.add_menu_item(__("Dead letters"), () => frappe.set_route("List", "Signal Dead Letter"));
		page.add_menu_item(__("Settings"), () => frappe.set_route("Form", "Plant ITSM Settings"));
	}

	start() {
		this.refreshing = setInterval(() => this.refresh(), REFRESH_MS);
		this.refresh();
	}

	stop() {
		clearInterval(this.refreshing);
	}

	async refresh() {
		const found = await frappe.xcall("plant_itsm.api.listener_status.status");
		this.body.find("[data-troubles]").html(troubles_html(found));
		this.body.find("[data-site]").html(site_html(found));
		this.body.find("[data-connections]").html(connections_html(found.connections));
	}
}

const esc = (text) => frappe.utils.escape_html(String(text ?? ""));
const count = (number) => format_number(number, null, 0);

function troubles_html({ troubles, alarms }) {
	if (!troubles.length)
		return `<p class="listener-status-well"><span aria-hidden="true">✓</span> ${__("All is well.")}</p>`;
	const incidents = Object.fromEntries(alarms.map((alarm) => [alarm.subject, alarm]));
	return troubles.map((trouble) => trouble_html(trouble, incidents[trouble.subject])).join("");
}

function trouble_html({ subject, detail, remedy }, alarm) {
	const stop = alarm?.line_stop;
	const incident = stop
		? `<a href="/app/line-stop/${encodeURIComponent(stop)}">${__("Incident {0}", [esc(stop)])}</a>`
		: `<span class="text-muted">${__("no incident yet")}</span>`;
	return `<section class="listener-status-trouble">
		<b><span aria-hidden="true">▲</span> ${esc(subject)}</b>
		<div>${esc(detail)}</div><div>${esc(remedy)}</div>
		<div>${alarm ? `${__("since")} ${local_time(alarm.since)} · ` : ""}${incident}</div>
	</section>`;
}

function site_html(found) {
	const tick = found.tick_age_seconds;
	const scheduler = found.scheduler
		|| (tick === null ? __("has never ticked") : __("ticked {0} s ago", [Math.round(tick)]));
	const oldest = found.outbox_oldest_seconds;
	const clocks = Object.entries(found.clocks).map(([host, ahead]) => `${host} ${ahead.toFixed(3)} s`);
	return [
		[__("Drain"), found.drains ? __("at work, lease {0}", [found.drain_lease]) : __("not running")],
		[__("Scheduler"), scheduler],
		[__("Workers"), Object.entries(found.workers || {}).map((pair) => pair.join(" ")).join(", ")],
		[
			__("Outbox"),
			__("{0} pending", [count(found.outbox_pending)])
				+ (oldest ? `, ${__("the oldest for {0} s", [Math.round(oldest)])}` : ""),
		],
		[__("Dead letters"), __("{0} not replayed", [count(found.dead_letters)])],
		[__("Open line stops"), count(found.open_stops)],
		[__("Clocks against ours"), clocks.join(", ")],
	]
		.map(([label, value]) => `<div><span class="text-muted">${label}</span><b>${esc(value)}</b></div>`)
		.join("");
}

function connections_html(connections) {
	if (!connections.length)
		return `<p class="text-muted">${__("There is no OT Connection yet.")}</p>`;
	const heads = [__("Connection"), __("State"), __("Waiting"), __("Lag"), __("Per minute"), __("Last value"), __("Signals")];
	return `<div class="table-responsive"><table class="table">
		<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
		<tbody>${connections.map(connection_html).join("")}</tbody>
	</table></div>`;
}

function connection_html(one) {
	const hears = one.listens && HEARS.includes(one.state);
	const tone = !one.enabled ? "gray" : hears ? "green" : "red";
	const notes = one.listens ? [one.detail, one.address_problem, one.warning].filter(Boolean) : [];
	const lease = one.lease === null ? "" : __("lease {0}", [one.lease]);
	const last = one.last_signal_at
		? `<code>${esc(one.last_value)}</code><div class="text-muted">${esc(one.last_address)}<br>${local_time(one.last_signal_at)}</div>`
		: "–";
	return `<tr>
		<td><a href="/app/ot-connection/${encodeURIComponent(one.connection)}">${esc(one.connection)}</a>
			<div class="text-muted">${esc(one.protocol)}</div></td>
		<td><span class="indicator-pill ${tone}">${esc(one.enabled ? __(one.state) : __("disabled"))}</span>
			<div class="text-muted">${[lease, ...notes].filter(Boolean).map(esc).join("<br>")}</div></td>
		<td class="text-right">${count(one.waiting)}</td>
		<td class="text-right">${one.lag_seconds.toFixed(1)} s</td>
		<td class="text-right">${one.rate_per_minute === null ? "–" : format_number(one.rate_per_minute, null, 1)}</td>
		<td>${last}</td>
		<td>${__("{0} received = {1} events + {2} suppressed + {3} dead-lettered", [
			count(one.received),
			count(one.events),
			count(one.suppressed),
			count(one.dead_lettered),
		])}</td>
	</tr>`;
}

function local_time(moment) {
	return new Date(moment).toLocaleString(frappe.boot.lang, { dateStyle: "short", timeStyle: "medium" });
}
