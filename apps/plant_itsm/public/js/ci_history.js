// Who has changed what around a CI, and taking it out of service with a reason.

async function plant_itsm_show_changes(ci) {
	const changes = await frappe.xcall("plant_itsm.api.inventory.graph_changes", { ci });
	const escape = (value) => frappe.utils.escape_html(String(value ?? ""));
	const rows = changes.map(
		(one) => `<tr>
			<td>${new Date(one.changed_at.replace(" ", "T")).toLocaleString(frappe.boot.lang)}</td>
			<td>${escape(frappe.user.full_name(one.changed_by))}</td>
			<td>${__(one.change)} ${__(one.record_type)}<br>${escape(one.record_name)}</td>
			<td>${plant_itsm_difference(one.before, one.after)}</td>
		</tr>`
	);
	const head = [__("When"), __("Who"), __("What"), __("Change")].map((text) => `<th>${text}</th>`);
	new frappe.ui.Dialog({
		title: __("Changes around {0}", [ci]),
		size: "extra-large",
		fields: [
			{
				fieldtype: "HTML",
				options: rows.length
					? `<table class="table table-bordered"><tr>${head.join("")}</tr>${rows.join("")}</table>`
					: `<p class="text-muted">${__("Nothing has changed since its history is kept.")}</p>`,
			},
		],
	}).show();
}

// The fields that differ, as `field: before → after`.
function plant_itsm_difference(before, after) {
	const [was, is] = [before, after].map((text) => (text ? JSON.parse(text) : {}));
	const escape = (value) => frappe.utils.escape_html(plant_itsm_shown(value));
	return [...new Set([...Object.keys(was), ...Object.keys(is)])]
		.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
		.map((field) => `${escape(field)}: ${escape(was[field])} → ${escape(is[field])}`)
		.join("<br>");
}

function plant_itsm_shown(value) {
	if (value === undefined || value === null || value === "") return "–";
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function plant_itsm_retire(frm) {
	frappe.prompt(
		[
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			{
				fieldname: "force",
				fieldtype: "Check",
				label: __("Even if others still need it"),
			},
		],
		async ({ reason, force }) => {
			await frappe.xcall("plant_itsm.api.inventory.retire", { cis: frm.doc.name, reason, force });
			frm.reload_doc();
		},
		__("Retire {0}", [frm.doc.name]),
		__("Retire")
	);
}
