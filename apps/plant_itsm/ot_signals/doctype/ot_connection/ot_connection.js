const PORTS = { plain: 1883, tls: 8883 };

frappe.ui.form.on("OT Connection", {
	use_tls(frm) {
		const [from, to] = frm.doc.use_tls ? [PORTS.plain, PORTS.tls] : [PORTS.tls, PORTS.plain];
		if (frm.doc.port === from) frm.set_value("port", to);
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		frm.add_custom_button(__("Test connection"), async () => {
			if (frm.is_dirty()) await frm.save();
			plant_itsm.connections.test(frm.doc.name);
		});
		frm.add_custom_button(__("Browse"), () => plant_itsm.connections.browse(frm.doc));
	},
});
