frappe.pages["plant-setup"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Plant Setup"),
		single_column: true,
	});
	wrapper.plant_setup = new PlantSetup(page);
};

frappe.pages["plant-setup"].on_page_show = (wrapper) => {
	plant_itsm.in_setup = true;
	wrapper.plant_setup.refresh();
};

// What each step is called, what it is for, what it offers. Its state comes from the records, so one can leave and come
// back at any time.
const STEPS = {
	site: {
		title: () => __("Site"),
		why: () => __("Time zone and currency of everything that happens there."),
		actions: [["Add a site", (setup) => setup.add_site()]],
	},
	lines: {
		title: () => __("Lines and shifts"),
		why: () => __("What stands still, when it should run, what an hour costs, and who is told."),
		actions: [["Add a line", (setup) => setup.add_line()]],
	},
	cis: {
		title: () => __("Configuration items"),
		why: () => __("Robots, PLCs, switches, services: what can fail."),
		actions: [
			["Import a workbook", (setup) => setup.import_workbook()],
			["Add one", (setup) => setup.add_ci()],
			["Discover", (setup) => setup.with_connection((connection) => setup.discover(connection))],
		],
	},
	connection: {
		title: () => __("Connection"),
		why: () => __("The MQTT broker or OPC UA server that signals come from."),
		actions: [
			["Connect", (setup) => setup.connect()],
			["Test connection", (setup) => setup.with_connection(({ name }) => plant_itsm.connections.test(name))],
		],
	},
	rule: {
		title: () => __("Signal rule"),
		why: () => __("Which value means that a CI has failed. Choose a live value; the rule is filled in from it."),
		actions: [["Browse live values", (setup) => setup.with_connection(plant_itsm.connections.browse)]],
	},
	drill: {
		title: () => __("Rehearse a line stop"),
		why: () => __("A made-up signal goes all the way to a ticket. Only you are told, and all is removed afterwards."),
		actions: [["Rehearse a line stop", (setup) => setup.rehearse()]],
	},
};

const LACKS = {
	shifts: (names) => __("Without shifts, so planned to run around the clock: {0}", [names]),
	people: (names) => __("Nobody is told of a stop of: {0}", [names]),
	price: (names) => __("Without a cost per hour: {0}", [names]),
	effect: () => __("None of them stops a line: choose a production line and the effect Stops Line for one."),
	encryption: (names) => __("Neither signals nor passwords are encrypted on the way from: {0}", [names]),
	signal: (names) => __("No signal has come yet from: {0}", [names]),
};

class PlantSetup {
	constructor(page) {
		this.page = page;
		this.body = $(`<div class="plant-setup">
			<p class="plant-setup-state" role="status" aria-live="polite"></p>
			<ol class="plant-setup-steps"></ol>
			<div class="plant-setup-demo plant-setup-buttons"></div>
		</div>`).appendTo(page.main);
	}

	async refresh() {
		const { steps, loads } = await frappe.xcall("plant_itsm.api.plant_setup.steps");
		const next = steps.find((step) => !step.is_done);
		const done = steps.filter((step) => step.is_done).length;
		const state = next
			? __("{0} of {1} steps are done. Next: {2}", [done, steps.length, STEPS[next.key].title()])
			: __("All steps are done: the way from a signal to a ticket has been rehearsed.");
		this.body.find(".plant-setup-state").text(state);
		this.body.find(".plant-setup-steps").html(steps.map((step, place) => this.step_html(step, place, next)).join(""));
		this.body.find(".plant-setup-steps button").on("click", ({ currentTarget: { dataset } }) => {
			STEPS[dataset.step].actions[dataset.action][1](this);
		});
		this.show_demo(loads, steps);
	}

	step_html(step, place, next) {
		const { title, why, actions } = STEPS[step.key];
		const is_next = step === next;
		const buttons = actions.map(
			([label], number) =>
				`<button class="btn btn-sm ${is_next && !number ? "btn-primary" : "btn-default"}"
					data-step="${step.key}" data-action="${number}">${__(label)}</button>`
		);
		const lacks = step.lacks.map(({ what, count, names }) => `<p class="plant-setup-lack">⚠ ${LACKS[what](shown(names, count))}</p>`);
		const sign = step.is_done ? "✓" : place + 1;
		const word = step.is_done ? __("done") : is_next ? __("next step") : __("to do");
		return `<li class="plant-setup-step ${step.is_done ? "done" : ""}" ${is_next ? 'aria-current="step"' : ""}>
			<span class="plant-setup-sign" aria-hidden="true">${sign}</span>
			<div>
				<h3>${title()} <small class="text-muted">${word}</small></h3>
				<p class="text-muted">${why()}</p>
				${step.count ? `<p>${shown(step.names, step.count)}</p>` : ""}
				${lacks.join("")}
			</div>
			<div class="plant-setup-buttons">${buttons.join("")}</div>
		</li>`;
	}

	// ------------------------------------------------------------------ the demo plant

	show_demo(loads, steps) {
		const demo = this.body.find(".plant-setup-demo").empty();
		const button = (label, act) => $(`<button class="btn btn-sm btn-default">${label}</button>`).on("click", act).appendTo(demo);
		if (!steps[0].count) button(__("Load the demo plant"), () => this.load_demo());
		for (const { name, plant, added } of loads) {
			button(__("Unload {0} ({1} records)", [frappe.utils.escape_html(plant), added]), () => this.unload(name));
		}
	}

	async load_demo() {
		this.tell(await call("plant_itsm.api.plant_loads.load_demo"));
	}

	unload(load) {
		frappe.confirm(__("Remove the records that this load has added, and nothing else?"), async () => {
			const removed = await call("plant_itsm.api.plant_loads.unload", { load });
			this.tell(__("{0} records removed", [removed]));
		});
	}

	tell(message) {
		frappe.show_alert({ message, indicator: "green" });
		this.refresh();
	}

	// ------------------------------------------------------------------ steps

	add_site() {
		this.ask(
			__("Add a site"),
			[
				{ fieldname: "site_name", fieldtype: "Data", label: __("Site"), reqd: 1 },
				{
					fieldname: "time_zone",
					fieldtype: "Autocomplete",
					label: __("Time zone"),
					options: frappe.all_timezones || [],
					default: frappe.boot.time_zone?.system || frappe.sys_defaults.time_zone,
					reqd: 1,
				},
				{
					fieldname: "currency",
					fieldtype: "Link",
					options: "Currency",
					label: __("Currency"),
					default: frappe.sys_defaults.currency || "EUR",
					reqd: 1,
				},
				{ fieldname: "area_name", fieldtype: "Data", label: __("First area"), default: __("Assembly"), reqd: 1 },
			],
			async ({ area_name, ...site }) => {
				const { name } = await frappe.db.insert({ doctype: "Plant Site", ...site });
				await frappe.db.insert({ doctype: "Plant Area", area_name, plant_site: name });
			}
		);
	}

	async add_line() {
		const area = await newest("Plant Area");
		this.ask(
			__("Add a line"),
			[
				{ fieldname: "line_name", fieldtype: "Data", label: __("Line"), reqd: 1 },
				{
					fieldname: "plant_area",
					fieldtype: "Link",
					options: "Plant Area",
					label: __("Area"),
					default: area,
					reqd: 1,
				},
				{ fieldname: "units_per_shift", fieldtype: "Int", label: __("Units per shift"), reqd: 1 },
				{
					fieldname: "shifts",
					fieldtype: "Select",
					label: __("Shifts, Monday to Friday"),
					options: Object.keys(SHIFTS).map((value) => ({ value, label: __(value) })),
					default: "Two shifts",
					reqd: 1,
				},
				{
					fieldname: "role",
					fieldtype: "Link",
					options: "Role",
					label: __("Told of its stops: everybody with the role"),
					default: "Production Manager",
					reqd: 1,
				},
				...this.price_fields(),
			],
			(values) => this.insert_line(values)
		);
	}

	price_fields() {
		if (!frappe.model.can_create("Line Stop Cost Model")) return [];
		return [
			{
				fieldname: "cost_per_hour",
				fieldtype: "Float",
				precision: 2,
				label: __("Cost of an hour that it stands still"),
			},
			{ fieldname: "currency", fieldtype: "Link", options: "Currency", label: __("Currency"), default: frappe.sys_defaults.currency },
		];
	}

	async insert_line({ shifts, role, cost_per_hour, currency, ...line }) {
		const { name } = await frappe.db.insert({
			doctype: "Production Line",
			...line,
			shifts: SHIFTS[shifts].map(([shift_name, start_time, end_time]) => ({
				shift_name: __(shift_name),
				start_time,
				end_time,
				saturday: 0,
				sunday: 0,
			})),
			responsibles: [{ role }],
		});
		if (!cost_per_hour) return;
		const valid_from = frappe.datetime.month_start();
		await frappe.db.insert({ doctype: "Line Stop Cost Model", production_line: name, valid_from, cost_per_hour, currency });
	}

	ask(title, fields, save) {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: __("Add"),
			primary_action: async (values) => {
				await save(values);
				dialog.hide();
				this.refresh();
			},
		});
		dialog.show();
	}

	// What was added last is what comes next as a rule.
	async add_ci() {
		const [production_line, plant_site] = await Promise.all([newest("Production Line"), newest("Plant Site")]);
		frappe.new_doc("OT CI", { production_line, plant_site });
	}

	async connect() {
		frappe.new_doc("OT Connection", { plant_site: await newest("Plant Site") });
	}

	import_workbook() {
		const dialog = new frappe.ui.Dialog({
			title: __("Import a workbook"),
			size: "large",
			fields: [
				{
					fieldname: "file_url",
					fieldtype: "Attach",
					label: __("Workbook (.xlsx)"),
					reqd: 1,
					description: __("A sheet per DocType, its first row the fieldnames. It is checked first; nothing is written then."),
				},
				{ fieldname: "report", fieldtype: "HTML" },
			],
			primary_action_label: __("Check"),
			primary_action: ({ file_url }) => this.check(dialog, file_url),
		});
		dialog.show();
	}

	async check(dialog, file_url) {
		const { problems, more, outcome } = await call("plant_itsm.api.plant_setup.check_workbook", { file_url });
		dialog.fields_dict.report.$wrapper.html(problems.length ? report_html(problems, more) : "");
		if (problems.length) return;
		frappe.confirm(__("The workbook is correct. Load it? It would be: {0}", [outcome]), async () => {
			const loaded = await call("plant_itsm.api.plant_setup.load_workbook", { file_url });
			dialog.hide();
			this.tell(loaded);
		});
	}

	// What a connection offers becomes proposals, which a person accepts one by one.
	async discover({ name }) {
		const outcome = await call("plant_itsm.api.proposals.discover", { connection: name });
		frappe.show_alert({ message: outcome, indicator: "blue" });
		frappe.set_route("List", "CI Proposal");
	}

	// One connection is taken, of several one is asked for.
	async with_connection(act) {
		const found = await frappe.db.get_list("OT Connection", { fields: ["name", "protocol"], filters: { enabled: 1 }, order_by: "creation desc" });
		if (!found.length) frappe.msgprint(__("Connect a broker or a server first."));
		else if (found.length === 1) act(found[0]);
		else choose(__("Connection"), found, act);
	}

	async rehearse() {
		const rules = await frappe.db.get_list("Signal Rule", {
			filters: { enabled: 1, event_kind: ["in", ["Line Stop", "Degraded", "Starved or Blocked", "Planned Stop", "Loss of View"]] },
			order_by: "creation desc",
		});
		const start = ({ name }) => plant_itsm.drill.rehearse(name, () => this.refresh());
		if (!rules.length) frappe.msgprint(__("Make a rule first."));
		else if (rules.length === 1) start(rules[0]);
		else choose(__("Signal Rule"), rules, start);
	}
}

const SHIFTS = {
	"One shift": [["Early", "06:00:00", "14:00:00"]],
	"Two shifts": [
		["Early", "06:00:00", "14:00:00"],
		["Late", "14:00:00", "22:00:00"],
	],
	"Three shifts": [
		["Early", "06:00:00", "14:00:00"],
		["Late", "14:00:00", "22:00:00"],
		["Night", "22:00:00", "06:00:00"],
	],
};

async function newest(doctype) {
	const [found] = await frappe.db.get_list(doctype, { order_by: "creation desc", limit: 1 });
	return found?.name;
}

async function call(method, args = {}) {
	const { message } = await frappe.call({ method, args, freeze: true });
	return message;
}

function choose(label, found, act) {
	const options = found.map(({ name }) => name);
	const field = { fieldname: "name", fieldtype: "Select", label, options, default: options[0], reqd: 1 };
	frappe.prompt(field, ({ name }) => act(found.find((one) => one.name === name)), label, __("Choose"));
}

function shown(names, count) {
	const text = names.map((name) => frappe.utils.escape_html(name)).join(", ");
	return count > names.length ? __("{0} and {1} more", [text, count - names.length]) : text;
}

function report_html(problems, more) {
	const cell = (value) => `<td>${frappe.utils.escape_html(String(value ?? ""))}</td>`;
	const rows = problems.map(
		(one) => `<tr>${[one.source, one.line, one.column, one.value, one.problem, one.way_out].map(cell).join("")}</tr>`
	);
	const heads = [__("Sheet"), __("Row"), __("Column"), __("Value"), __("Problem"), __("Way out")];
	return `<div class="plant-setup-problems" tabindex="0"><table class="table table-sm">
		<thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead>
		<tbody>${rows.join("")}</tbody></table></div>
		${more ? `<p class="text-muted">${__("There are more; these are the first.")}</p>` : ""}`;
}
