app_name = "plant_itsm"
app_title = "Plant ITSM"
app_publisher = "plant_itsm maintainers"
app_description = "The ITSM of a factory on Frappe Helpdesk and ERPNext: from a signal to a priced incident."
app_license = "mit"

# In the form owner/app: with a bare name install-app would ask an address on the internet who the owner is.
required_apps = ["frappe/helpdesk"]

before_install = "plant_itsm.install.before_install"
after_install = "plant_itsm.install.after_install"
after_migrate = "plant_itsm.install.after_migrate"
setup_wizard_complete = "plant_itsm.frappe_site.first_ticks.begin_now"
before_uninstall = "plant_itsm.uninstall.before_uninstall"
after_uninstall = "plant_itsm.uninstall.after_uninstall"
after_app_install = "plant_itsm.frappe_site.erpnext_links.sync_after_other_app"
after_app_uninstall = "plant_itsm.frappe_site.erpnext_links.sync_after_other_app"

scheduler_events = {
	"cron": {"* * * * *": ["plant_itsm.frappe_site.jobs.tick"]},
	"hourly": ["plant_itsm.frappe_site.erpnext_reorders.refresh_stock"],
}

doc_events = {
	"HD Ticket": {
		"validate": "plant_itsm.overrides.hd_ticket.validate",
		"after_insert": "plant_itsm.overrides.hd_ticket.after_insert",
		"on_update": [
			"plant_itsm.overrides.hd_ticket.on_update",
			"plant_itsm.overrides.ticket_response.ticket_updated",
		],
		"on_trash": "plant_itsm.overrides.hd_ticket.on_trash",
	},
	"Notification Log": {"after_insert": "plant_itsm.overrides.notification_log.after_insert"},
	"Communication": {"before_insert": "plant_itsm.overrides.hd_ticket.before_message"},
	"User": {"validate": "plant_itsm.overrides.user.validate"},
	"ToDo": {"after_insert": "plant_itsm.overrides.ticket_response.assigned"},
	"Stock Entry": {
		"on_submit": "plant_itsm.frappe_site.erpnext_output.finished",
		"on_cancel": "plant_itsm.frappe_site.erpnext_output.finished",
	},
	"Purchase Invoice": {
		"on_submit": "plant_itsm.frappe_site.erpnext_costs.submitted",
		"on_cancel": "plant_itsm.frappe_site.erpnext_costs.cancelled",
	},
	"Journal Entry": {
		"on_submit": "plant_itsm.frappe_site.erpnext_costs.submitted",
		"on_cancel": "plant_itsm.frappe_site.erpnext_costs.cancelled",
	},
	"Asset": {
		"on_submit": "plant_itsm.frappe_site.erpnext_costs.submitted",
		"on_cancel": "plant_itsm.frappe_site.erpnext_costs.cancelled",
	},
}

app_include_js = [
	"/assets/plant_itsm/js/plant_reports.js",
	"/assets/plant_itsm/js/drill.js",
	"/assets/plant_itsm/js/connections.js",
]

doctype_js = {
	"HD Ticket": ["public/js/incident_graph.js", "public/js/hd_ticket.js"],
	"Line Stop": [
		"public/js/line_stop_costs.js",
		"public/js/line_stop_history.js",
		"public/js/line_stop_review.js",
	],
}

website_route_rules = [{"from_route": "/ci/<path:ci>", "to_route": "ci"}]

jinja = {
	"methods": [
		"plant_itsm.frappe_site.qr_codes.ci_qr_code",
		"plant_itsm.frappe_site.qr_codes.form_qr_code",
	]
}

permission_query_conditions = {
	"Capital Asset": "plant_itsm.frappe_site.cost_access.condition",
	"Capital Asset Component": "plant_itsm.frappe_site.cost_access.child_condition",
	"Component Revision": "plant_itsm.frappe_site.cost_access.child_condition",
	"Cost Rollup": "plant_itsm.frappe_site.cost_access.condition",
	"Line Cost Category": "plant_itsm.frappe_site.cost_access.child_condition",
	"Line Cost Comparison": "plant_itsm.frappe_site.cost_access.child_condition",
	"Line Cost Output": "plant_itsm.frappe_site.cost_access.child_condition",
	"Line Cost Review": "plant_itsm.frappe_site.cost_access.condition",
	"Plant Budget": "plant_itsm.frappe_site.cost_access.condition",
	"Plant Cost Entry": "plant_itsm.frappe_site.cost_access.condition",
	"Plant Service Contract": "plant_itsm.frappe_site.cost_access.condition",
	"Prepared Report": "plant_itsm.frappe_site.cost_access.prepared_condition",
	"Showback Cost": "plant_itsm.frappe_site.cost_access.child_condition",
	"Showback Receiver": "plant_itsm.frappe_site.cost_access.child_condition",
	"Showback Statement": "plant_itsm.frappe_site.cost_access.condition",
	"Showback Step": "plant_itsm.frappe_site.cost_access.child_condition",
}

has_permission = {
	"Capital Asset": "plant_itsm.frappe_site.cost_access.has_permission",
	"Change Delegation": "plant_itsm.frappe_site.change_access.may_delegate",
	"Cost Rollup": "plant_itsm.frappe_site.cost_access.has_permission",
	"Line Cost Review": "plant_itsm.frappe_site.cost_access.has_permission",
	"Plant Budget": "plant_itsm.frappe_site.cost_access.has_permission",
	"Plant Cost Entry": "plant_itsm.frappe_site.cost_access.has_permission",
	"Plant Service Contract": "plant_itsm.frappe_site.cost_access.has_permission",
	"Prepared Report": "plant_itsm.frappe_site.cost_access.may_read_prepared",
	"Showback Statement": "plant_itsm.frappe_site.cost_access.has_permission",
}

# What Frappe's Personal Data Deletion Request looks through for the name and the address of a person. It renames the
# User itself, and so every link to one; these hold them as text.
user_data_fields = [
	{"doctype": "Change Approval", "strict": True},
	{"doctype": "Change Caused Stop", "strict": True},
	{"doctype": "Change Checklist Item", "strict": True},
	{"doctype": "Change Task", "strict": True},
	{"doctype": "CI Graph Change", "strict": True},
	{"doctype": "CI Lifecycle Event", "strict": True},
	{"doctype": "CI Proposal", "strict": True},
	{"doctype": "Escalation Run", "strict": True},
	{"doctype": "Fault Report", "strict": True},
	{"doctype": "HD Ticket", "strict": True},
	{"doctype": "HD Ticket Comment", "strict": True},
	{"doctype": "Line Stop", "strict": True},
	{"doctype": "Line Stop Correction", "strict": True},
	{"doctype": "Line Stop Drill", "strict": True},
	{"doctype": "Line Stop Step", "strict": True},
	{"doctype": "Maintenance Order", "strict": True},
	{"doctype": "OT Change Request", "strict": True},
	{"doctype": "OT CI", "strict": True},
	{"doctype": "Outbox Entry", "strict": True},
	{"doctype": "Plant Load", "strict": True},
	{"doctype": "Post Incident Review", "strict": True},
	{"doctype": "Problem Record", "strict": True},
	{"doctype": "Signal Dead Letter", "strict": True},
	{"doctype": "Spare Unit", "strict": True},
	{"doctype": "Unauthorised Change", "strict": True},
]
