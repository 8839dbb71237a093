// The plant around a CI, line, segment or redundancy group: /app/failure-graph/OT CI/AR-042

(() => {
	{% include "plant_itsm/public/js/layered_layout.js" %}

	const LIBRARY = "/assets/plant_itsm/lib/cytoscape-3.34.4.min.js";
	const KINDS = ["OT CI", "Production Line", "Network Segment", "Redundancy Group"];
	const FAILING = ["OT CI", "Production Line"];
	const SHAPES = {
		"OT CI": "round-rectangle",
		"Production Line": "rectangle",
		"Network Segment": "ellipse",
		"Redundancy Group": "cut-rectangle",
	};
	// Beside each colour stands a sign and its word, for those who cannot tell colours apart.
	const SIGNS = {
		"Line Stop": "■",
		Stopped: "■",
		Degraded: "▲",
		"Loss of View": "?",
		"Starved or Blocked": "◆",
		"Planned Stop": "‖",
	};
	const RED = ["Line Stop", "Stopped"];
	const [WIDTH, HEIGHT] = [160, 58];

	frappe.pages["failure-graph"].on_page_load = (wrapper) => {
		wrapper.failure_graph = new FailureGraph(wrapper);
	};

	frappe.pages["failure-graph"].on_page_show = (wrapper) => wrapper.failure_graph.show_route();

	class FailureGraph {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({
				parent: wrapper,
				title: __("Failure Graph"),
				single_column: true,
			});
			this.add_fields();
			this.add_canvas();
			this.page.set_secondary_action(__("Fit"), () => this.graph?.fit(undefined, 30), "expand");
			const restyle = () => this.graph?.style(this.style());
			new MutationObserver(restyle).observe(document.documentElement, {
				attributeFilter: ["data-theme", "data-theme-mode"],
			});
		}

		add_fields() {
			const field = (fieldname, fieldtype, label, more) => {
				const made = this.page.add_field({ fieldname, fieldtype, label: __(label), ...more });
				made.$input?.attr("aria-label", __(label));
				return made;
			};
			this.kind = field("kind", "Select", "Kind", { options: KINDS, change: () => this.choose_kind() });
			this.focus = field("focus", "Dynamic Link", "Record", {
				get_options: () => this.kind.get_value(),
				change: () => this.choose(),
			});
			this.depth = field("depth", "Select", "Steps", {
				options: ["1", "2", "3", "4"],
				default: "2",
				change: () => this.load(),
			});
			this.what_if = field("what_if", "Check", "What if it fails?", { change: () => this.load() });
		}

		add_canvas() {
			this.$status = $(`<div class="failure-graph-status" role="status" aria-live="polite"></div>`);
			this.$canvas = $(`<div class="failure-graph-canvas" role="img"></div>`);
			const legend = [
				__("→ a failure travels this way"),
				__("⇢ dashed: a redundancy group bears it"),
				__("┈ dotted: no failure travels"),
				__("■ stopped"),
				__("▲ degraded"),
				__("✕ what would fail"),
				__("+3: neighbours not shown; double click shows them, a click opens the record"),
			];
			const $legend = $(`<div class="failure-graph-legend"></div>`);
			legend.forEach((text) => $(`<span></span>`).text(text).appendTo($legend));
			this.$list = $(`<details><summary>${__("As a list")}</summary></details>`);
			this.$rows = $(`<ul class="failure-graph-list"></ul>`).appendTo(this.$list);
			$(this.page.main).append(this.$status, this.$canvas, $legend, this.$list);
		}

		async show_route() {
			const [, kind, name] = frappe.get_route();
			if (!kind || !name) {
				this.kind.set_value(this.kind.get_value() || KINDS[0]);
				if (!this.graph) this.say(__("Choose a record."));
				return;
			}
			if (this.shown === `${kind}/${name}`) return;
			this.shown = `${kind}/${name}`;
			await this.kind.set_value(kind);
			await this.focus.set_value(name);
			const asked = frappe.route_options?.what_if;
			frappe.route_options = null;
			if (asked) await this.what_if.set_value(1);
			this.page.set_title(name);
			this.load();
		}

		choose_kind() {
			if (this.shown?.startsWith(`${this.kind.get_value()}/`)) return;
			this.focus.set_value("");
		}

		choose() {
			const [kind, name] = [this.kind.get_value(), this.focus.get_value()];
			if (name && this.shown !== `${kind}/${name}`) frappe.set_route("failure-graph", kind, name);
		}

		async load() {
			const [kind, name] = [this.kind.get_value(), this.focus.get_value()];
			if (!kind || !name || this.shown !== `${kind}/${name}`) return;
			const $what_if = $(this.what_if.wrapper);
			$what_if.toggle(FAILING.includes(kind));
			await load_library();
			const picture = await this.ask(kind, name, this.depth.get_value());
			this.draw(picture);
			this.say(this.told(picture));
		}

		ask(doctype, name, depth, more) {
			const what_if = this.what_if.get_value() ? 1 : 0;
			const args = { doctype, name, depth, what_if, ...more };
			return frappe.xcall("plant_itsm.api.graph.view", args);
		}

		told(picture) {
			const texts = [__("{0} of {1} shown.", [picture.shown - picture.hidden, picture.total])];
			if (picture.hidden) texts.push(__("{0} are not for you to see.", [picture.hidden]));
			const lines = picture.nodes.filter((node) => node.kind === "Production Line" && node.affected);
			const names = lines.map((node) => `${node.name} (${__(node.affected)})`).join(", ");
			if (this.what_if.get_value()) {
				texts.push(names ? __("If it fails: {0}.", [names]) : __("If it fails, no line shown here stops."));
			}
			return texts.join(" ");
		}

		say(text) {
			this.$status.text(text);
			this.$canvas.attr("aria-label", text);
		}

		draw(picture) {
			this.graph?.destroy();
			this.graph = window.cytoscape({
				container: this.$canvas[0],
				elements: elements_of(picture),
				style: this.style(),
				minZoom: 0.15,
				maxZoom: 2.5,
				wheelSensitivity: 0.3,
			});
			this.graph.on("onetap", "node", (event) => open_record(event.target.data()));
			this.graph.on("dbltap", "node", (event) => this.expand(event.target.data()));
			this.arrange(picture.focus);
			this.list(picture.nodes);
		}

		async expand(node) {
			const picture = await this.ask(node.kind, node.name, 1, { what_if: 0 });
			const fresh = elements_of(picture).filter(({ data }) => this.graph.getElementById(data.id).empty());
			this.graph.add(fresh);
			this.arrange(this.shown);
			const nodes = fresh.filter(({ group }) => group === "nodes");
			this.say(__("{0} more shown around {1}.", [nodes.length, node.name]));
		}

		arrange(focus) {
			const downward = this.$canvas.width() < 700;
			const room = downward
				? { along: 120, across: 180, thickness: HEIGHT }
				: { along: 270, across: 78, thickness: WIDTH };
			const positions = arrange_in_columns(this.graph, { ...room, downward });
			this.graph.layout({ name: "preset", positions, padding: 30 }).run();
			this.graph.nodes().forEach((node) => node.data("caption", caption(node)));
			this.graph.nodes().unselect();
			this.graph.getElementById(focus).select();
		}

		list(nodes) {
			this.$rows.empty();
			for (const node of nodes) {
				const $link = $(`<a></a>`)
					.attr("href", frappe.utils.get_form_link(node.kind, node.name))
					.text(`${__(node.kind)} ${node.title}`);
				const states = [node.state, node.affected && __("would be {0}", [__(node.affected)])];
				const more = [node.detail, ...states].filter(Boolean).join(", ");
				$(`<li></li>`).append($link, document.createTextNode(more && ` – ${more}`)).appendTo(this.$rows);
			}
		}

		style() {
			const css = getComputedStyle(document.documentElement);
			const colour = (name, otherwise) => css.getPropertyValue(name).trim() || otherwise;
			const text = colour("--text-color", "#1f272e");
			const [red, orange] = [colour("--red-500", "#e03636"), colour("--orange-500", "#d97706")];
			const muted = colour("--gray-500", "#8d99a6");
			return [
				{ selector: "node", style: node_style(text, muted, colour("--fg-color", "#ffffff")) },
				{ selector: "node[kind = 'Production Line']", style: { "border-width": 3 } },
				{ selector: "node[tone = 'orange']", style: { "border-color": orange, "border-width": 4 } },
				{ selector: "node[tone = 'red']", style: { "border-color": red, "border-width": 4 } },
				{ selector: "node[?affected]", style: { "border-style": "double", "border-width": 6 } },
				{ selector: "node:selected", style: { "font-weight": "bold", "underlay-opacity": 0.15 } },
				{ selector: "edge", style: edge_style(text, muted, colour("--card-bg", "#ffffff")) },
				{ selector: "edge[?is_borne]", style: { "line-style": "dashed", "target-arrow-shape": "tee" } },
				{ selector: "edge[tie]", style: { "line-style": "dotted", "target-arrow-shape": "none" } },
				{
					selector: "edge[bends]",
					style: {
						"curve-style": "round-segments",
						"edge-distances": "node-position",
						"segment-weights": "data(weights)",
						"segment-distances": "data(distances)",
					},
				},
				{
					selector: "edge[?on_way]",
					style: { width: 4, "line-color": red, "target-arrow-color": red, "z-index": 9 },
				},
			];
		}
	}

	async function load_library() {
		if (window.cytoscape) return;
		const code = await (await fetch(LIBRARY)).text();
		// Frappe gives arrays a method "move" that nobody can assign over. The library's collections inherit from arrays
		// and bring one of their own, so while it is set up, what inherits from arrays gets a place for it.
		const create = Object.create;
		Object.create = (parent, ...more) => {
			const made = create(parent, ...more);
			const place = { writable: true, configurable: true };
			return parent === Array.prototype ? Object.defineProperty(made, "move", place) : made;
		};
		try {
			frappe.dom.eval(code);
		} finally {
			Object.create = create;
		}
	}

	function node_style(text, muted, background) {
		return {
			shape: (node) => SHAPES[node.data("kind")],
			label: "data(caption)",
			color: text,
			"background-color": background,
			"border-color": muted,
			"border-width": 1.5,
			"text-wrap": "wrap",
			"text-max-width": 140,
			"text-valign": "center",
			"font-size": 12,
			width: WIDTH,
			height: HEIGHT,
			"underlay-color": text,
			"underlay-opacity": 0,
			"underlay-padding": 8,
		};
	}

	function edge_style(text, muted, background) {
		return {
			label: "data(caption)",
			color: text,
			"font-size": 10,
			"text-background-color": background,
			"text-background-opacity": 0.9,
			"text-background-padding": 2,
			"curve-style": "bezier",
			width: 1.5,
			"line-color": muted,
			"target-arrow-color": muted,
			"target-arrow-shape": "triangle",
		};
	}

	function elements_of(picture) {
		const nodes = picture.nodes.map((node) => ({
			group: "nodes",
			data: { ...node, tone: tone(node) },
		}));
		const edges = picture.edges.filter(is_drawn).map((edge) => ({
			group: "edges",
			data: {
				...edge,
				id: [edge.source, edge.target, edge.reason].join(" | "),
				caption: edge_caption(edge),
				tie: !edge.carries && !edge.is_borne ? 1 : undefined,
			},
		}));
		return [...nodes, ...edges];
	}

	function is_drawn(edge, _, edges) {
		// a segment connects its own switches as well: the arrow from the switch says it all
		const is_back = (other) => other.source === edge.target && other.target === edge.source;
		return edge.on_way || edge.reason !== "connects" || !edges.some(is_back);
	}

	function caption(shown) {
		const node = shown.data();
		const state = node.state && `${SIGNS[node.state] || "!"} ${__(node.state)}`;
		const affected =
			node.affected && (node.affected === "Stopped" ? __("✕ would fail") : __("✕ would degrade"));
		const unshown = node.neighbours - shown.neighborhood("node").length;
		const what =
			node.kind === "OT CI" ? node.detail : [__(node.kind), node.detail].filter(Boolean).join(": ");
		const name = unshown ? `${node.name} +${unshown}` : node.name;
		return [name, shorten(what), state || affected].filter(Boolean).join("\n");
	}

	function tone(node) {
		const state = node.state || node.affected;
		if (!state) return "plain";
		return RED.includes(state) ? "red" : "orange";
	}

	function edge_caption(edge) {
		if (edge.buffer_minutes === null) return __(edge.reason);
		return __("feeds, buffer {0} min", [edge.buffer_minutes]);
	}

	function shorten(text) {
		return text.length > 34 ? `${text.slice(0, 33)}…` : text;
	}

	function open_record(node) {
		frappe.set_route("Form", node.kind, node.name);
	}
})();
