// An OPC UA server with real Alarms & Conditions, on node-opcua: a robot whose torque has limits.
// Usage: node alarm_server.js PORT FOLDER [ROBOT]. It prints "ready". Clients write the torque; above 50 it alarms.
"use strict";

const path = require("node:path");
const { OPCUAServer } = require("node-opcua-server");
const { OPCUACertificateManager } = require("node-opcua-certificate-manager");
const { nodesets } = require("node-opcua-nodesets");

const [port, folder, name = "AR-042"] = [Number(process.argv[2]), ...process.argv.slice(3)];

async function main() {
	const server = new OPCUAServer({
		port,
		hostname: "127.0.0.1",
		resourcePath: "/plant/",
		nodeset_filename: [nodesets.standard],
		securityModes: [1],
		securityPolicies: ["http://opcfoundation.org/UA/SecurityPolicy#None"],
		serverCertificateManager: new OPCUACertificateManager({ rootFolder: path.join(folder, "pki") }),
		userCertificateManager: new OPCUACertificateManager({ rootFolder: path.join(folder, "users") }),
	});
	await server.initialize();
	const space = server.engine.addressSpace;
	space.installAlarmsAndConditionsService();
	const names = space.getOwnNamespace();
	const cell = names.addObject({
		browseName: "Cell 3",
		nodeId: "s=Cell 3",
		notifierOf: space.rootFolder.objects.server,
		organizedBy: space.rootFolder.objects,
	});
	const robot = names.addObject({
		browseName: `Robot ${name}`,
		nodeId: `s=${name}`,
		componentOf: cell,
		eventSourceOf: cell,
	});
	const torque = names.addVariable({
		browseName: "Torque",
		nodeId: `s=${name}.Torque`,
		componentOf: robot,
		dataType: "Double",
		eventSourceOf: robot,
		accessLevel: "CurrentRead | CurrentWrite",
		userAccessLevel: "CurrentRead | CurrentWrite",
		value: { dataType: "Double", value: 10 },
	});
	const overload = names.instantiateNonExclusiveLimitAlarm("NonExclusiveLimitAlarmType", {
		browseName: "Overload",
		nodeId: `s=${name}.Overload`,
		componentOf: robot,
		conditionName: "Overload",
		conditionSource: robot,
		inputNode: torque,
		highHighLimit: 100,
		highLimit: 50,
		lowLimit: -50,
		lowLowLimit: -100,
		maxTimeShelved: 3600000,
		optionals: ["ConfirmedState", "Confirm", "ShelvingState"],
	});
	overload.shelvingState.setState("Unshelved");
	await server.start();
	console.log("ready");
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
