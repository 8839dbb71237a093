// What Helpdesk's agent can do with the ticket of a line stop. Kept as an HD Form Script, which a plant may change.
function setupForm({ doc, call, createToast, $dialog }) {
	const line_stop = doc.plant_line_stop;
	if (!line_stop) return { actions: [] };

	const show = (path) => window.open(path, "_blank");
	const failed = (error) => createToast({ message: error.messages?.[0] || String(error), type: "error" });
	const money = ({ amount, currency }) =>
		Number(amount).toLocaleString(undefined, { style: "currency", currency });

	async function tell() {
		const now = await call("plant_itsm.api.incidents.summary", { line_stop });
		const lines = [
			`${now.stage}, ${now.people.join(", ") || "nobody on it yet"}; lasts ${now.lasts}`,
			now.cost ? `Cost so far: ${money(now.cost)}` : "",
			now.cost_per_hour ? `Cost per hour: ${money(now.cost_per_hour)}` : "",
			now.next ? `Next: ${now.next.step}, ${new Date(now.next.at).toLocaleTimeString()}` : "",
			...now.lines.map(
				({ way, cost_per_hour }) => way.join(" → ") + (cost_per_hour ? ` (${money(cost_per_hour)} per hour)` : "")
			),
			...now.steps.map(({ step, done }) => `${done ? "✓" : "○"} ${step}`),
		];
		$dialog({ title: now.title, message: lines.filter(Boolean).join(" · ") });
	}

	async function acknowledge() {
		await call("plant_itsm.api.line_stops.acknowledge", { line_stop });
		createToast({ message: "Acknowledged", type: "success" });
	}

	const items = [
		{ label: "Cost, stage and steps", onClick: () => tell().catch(failed) },
		{ label: "Acknowledge", onClick: () => acknowledge().catch(failed) },
		{ label: "Open the line stop", onClick: () => show(`/app/line-stop/${line_stop}`) },
		{ label: "Plant now", onClick: () => show("/app/plant-now") },
	];
	// one group with its items: of actions that each name the group, Helpdesk makes a menu that opens empty
	return { actions: [{ buttonLabel: "Line stop", group: "Line stop", hideLabel: true, items }] };
}
