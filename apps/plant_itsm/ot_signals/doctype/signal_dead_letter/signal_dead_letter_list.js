const REPLAY_COLOURS = {
	Queued: "blue",
	"Took Effect": "green",
	History: "gray",
	"Delay Runs": "blue",
	"Changed Nothing": "gray",
	"Refused Again": "red",
};

frappe.listview_settings["Signal Dead Letter"] = {
	add_fields: ["replay_outcome"],
	filters: [["received_time", "Timespan", "last 7 days"]],
	hide_name_column: true,
	get_indicator(doc) {
		const outcome = doc.replay_outcome;
		if (!outcome) return [__("Not judged"), "orange", "replay_outcome,is,not set"];
		return [__(outcome), REPLAY_COLOURS[outcome], `replay_outcome,=,${outcome}`];
	},
	onload(list) {
		if (!frappe.model.can_write("OT Connection")) return;
		list.page.add_actions_menu_item(__("Replay"), () => {
			const names = list.get_checked_items(true);
			if (names.length) this.replay(names, () => list.refresh());
		});
	},
	// Also asked by the form, which loads this file with its DocType.
	replay(names, done) {
		const question = __("Judge {0} signals once more? They may open and end incidents.", [names.length]);
		frappe.confirm(question, async () => {
			const { message: request } = await frappe.call({
				method: "plant_itsm.api.signals.replay_letters",
				args: { names },
				freeze: true,
			});
			const refused = request.refused.map(([, why]) => frappe.utils.escape_html(why));
			if (request.queued.length) {
				frappe.show_alert({ message: __("{0} queued for the drain", [request.queued.length]), indicator: "blue" });
			}
			if (refused.length) frappe.msgprint({ title: __("Not replayed"), message: refused.join("<br>") });
			done();
		});
	},
};
