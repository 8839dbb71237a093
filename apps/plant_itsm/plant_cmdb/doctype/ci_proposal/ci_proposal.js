const API = "plant_itsm.api.proposals";

frappe.ui.form.on("CI Proposal", {
	refresh(frm) {
		if (frm.doc.status !== "Proposed") {
			frm.set_read_only();
			return;
		}
		if (!frm.perm[0].write) return;
		frm.add_custom_button(__("Accept"), () => accept(frm)).addClass("btn-primary");
		frm.add_custom_button(__("Merge into a CI"), () => merge(frm));
		frm.add_custom_button(__("Ignore"), () => ignore(frm));
	},
});

async function accept(frm) {
	if (frm.is_dirty()) await frm.save();
	const { message: ci } = await frappe.call({
		method: `${API}.accept`,
		args: { proposal: frm.doc.name },
		freeze: true,
	});
	frappe.show_alert({ message: __("{0} is in the CMDB now.", [frappe.utils.escape_html(ci).bold()]), indicator: "green" });
	frm.reload_doc();
}

// Shows what would be filled in and what would stay, before anything is done.
function merge(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Merge {0} into a CI", [frappe.utils.escape_html(frm.doc.title)]),
		fields: [
			{
				fieldtype: "Link",
				fieldname: "ci",
				label: __("OT CI"),
				options: "OT CI",
				reqd: 1,
				default: frm.doc.suggested_ci,
				onchange: () => show_comparison(frm, dialog),
			},
			{ fieldtype: "HTML", fieldname: "comparison" },
		],
		primary_action_label: __("Merge"),
		async primary_action({ ci }) {
			await frappe.call({
				method: `${API}.merge`,
				args: { proposal: frm.doc.name, ci },
				freeze: true,
			});
			dialog.hide();
			frm.reload_doc();
		},
	});
	dialog.show();
	show_comparison(frm, dialog);
}

async function show_comparison(frm, dialog) {
	const ci = dialog.get_value("ci");
	const place = dialog.fields_dict.comparison.$wrapper.empty();
	if (!ci) return;
	const { message } = await frappe.call({
		method: `${API}.compare`,
		args: { proposal: frm.doc.name, ci },
	});
	if (dialog.get_value("ci") === ci) place.html(comparison_html(message));
}

function comparison_html({ filled, conflicts }) {
	const text = frappe.utils.escape_html;
	const label = (fieldname) => text(frappe.meta.get_label("CI Proposal", fieldname));
	const rows = [
		...Object.entries(filled).map(
			([fieldname, value]) =>
				`<tr><td>${label(fieldname)}</td><td class="text-muted">${__("empty")}</td><td><b>${text(value)}</b></td></tr>`
		),
		...conflicts.map(
			(one) =>
				`<tr><td>${label(one.fieldname)}</td><td><b>${text(one.ci_value)}</b></td>` +
				`<td class="text-danger">${text(one.device_value)}</td></tr>`
		),
	];
	if (!rows.length) return `<p class="text-muted">${__("The CI says all of this already.")}</p>`;
	return `<table class="table table-bordered"><thead><tr><th>${__("Field")}</th><th>${__("The CI says")}</th>
		<th>${__("The device says")}</th></tr></thead><tbody>${rows.join("")}</tbody></table>
		<p class="text-muted">${__("What is bold will stand in the CI. Correct the CI itself where the device is right.")}</p>`;
}

function ignore(frm) {
	frappe.confirm(__("Never propose {0} again?", [frappe.utils.escape_html(frm.doc.title).bold()]), async () => {
		await frappe.call({ method: `${API}.ignore`, args: { proposal: frm.doc.name } });
		frm.reload_doc();
	});
}
