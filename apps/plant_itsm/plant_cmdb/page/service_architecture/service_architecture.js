// The four layers of the service architecture: CIs by class, and what of them is in trouble.

(() => {
	frappe.pages["service-architecture"].on_page_load = (wrapper) => {
		wrapper.architecture = new ServiceArchitecture(wrapper);
	};
	frappe.pages["service-architecture"].on_page_show = (wrapper) => wrapper.architecture.load();

	class ServiceArchitecture {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({
				parent: wrapper,
				title: __("Service Architecture"),
				single_column: true,
			});
			this.site = this.page.add_field({
				fieldname: "plant_site",
				fieldtype: "Link",
				options: "Plant Site",
				label: __("Plant site"),
				change: () => this.load(),
			});
			this.page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
			this.$layers = $(`<div aria-live="polite"></div>`).appendTo(this.page.main);
		}

		async load() {
			const plant_site = this.site.get_value() || null;
			const layers = await frappe.xcall("plant_itsm.api.service_layers.layers", { plant_site });
			this.$layers.empty();
			layers.forEach((layer) => this.$layers.append(this.layer(layer)));
		}

		layer({ layer, classes }) {
			const count = classes.reduce((sum, one) => sum + one.count, 0);
			const $classes = $(`<div class="service-layer-classes"></div>`);
			classes.forEach((one) => $classes.append(this.ci_class(one)));
			if (!classes.length) $classes.text(__("No CI in this layer."));
			const $title = $(`<h4></h4>`).text(`${__(layer)} (${count})`);
			return $(`<section class="service-layer"></section>`).append($title, $classes);
		}

		ci_class({ ci_class, count, troubles }) {
			const $count = $(`<span class="service-layer-count"></span>`).text(count);
			const $name = $(`<a href="#"></a>`)
				.text(__(ci_class))
				.on("click", (event) => {
					event.preventDefault();
					this.open_list(ci_class);
				});
			const $head = $(`<div class="service-layer-head"></div>`).append($name, $count);
			const $class = $(`<div class="service-layer-class"></div>`).append($head);
			$class.toggleClass("has-trouble", troubles.length > 0);
			for (const { ci, state, stop } of troubles) {
				$(`<a class="service-layer-trouble"></a>`)
					.attr("href", frappe.utils.get_form_link("Line Stop", stop))
					.text(`■ ${ci}: ${__(state)}`)
					.appendTo($class);
			}
			return $class;
		}

		open_list(ci_class) {
			const plant_site = this.site.get_value();
			frappe.set_route("List", "OT CI", "List", {
				ci_class,
				status: "Active",
				...(plant_site && { plant_site }),
			});
		}
	}
})();
