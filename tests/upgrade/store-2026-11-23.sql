BEGIN TRANSACTION;
CREATE TABLE "CI Class" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	class_name TEXT, 
	service_layer TEXT, 
	ci_type TEXT, 
	description TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "CI Class" VALUES('Manufacturing Execution System','2026-11-24T03:17:06.189279+00:00','2026-11-24T03:17:06.189279+00:00','Manufacturing Execution System','Business & Production Services','Application','MES: dispatches orders to lines and books what they produce.');
INSERT INTO "CI Class" VALUES('Quality Management System','2026-11-24T03:17:06.244974+00:00','2026-11-24T03:17:06.244974+00:00','Quality Management System','Business & Production Services','Application','QMS: test plans, measured values, releases.');
INSERT INTO "CI Class" VALUES('ERP System','2026-11-24T03:17:06.245644+00:00','2026-11-24T03:17:06.245644+00:00','ERP System','Business & Production Services','Application','Orders, material, money.');
INSERT INTO "CI Class" VALUES('Production Service','2026-11-24T03:17:06.246120+00:00','2026-11-24T03:17:06.246120+00:00','Production Service','Business & Production Services','Business Service','What a line delivers to the business.');
INSERT INTO "CI Class" VALUES('MES Interface','2026-11-24T03:17:06.298722+00:00','2026-11-24T03:17:06.298722+00:00','MES Interface','OT/IT Integration Layer','Technical Service','Moves orders and counts between MES and line.');
INSERT INTO "CI Class" VALUES('OPC UA Server','2026-11-24T03:17:06.339739+00:00','2026-11-24T03:17:06.339739+00:00','OPC UA Server','OT/IT Integration Layer','Technical Service','Serves values of machines to applications.');
INSERT INTO "CI Class" VALUES('SCADA System','2026-11-24T03:17:06.340633+00:00','2026-11-24T03:17:06.340633+00:00','SCADA System','OT/IT Integration Layer','Application','Supervision of the process (SCADA, DCS).');
INSERT INTO "CI Class" VALUES('Industrial IoT Platform','2026-11-24T03:17:06.392702+00:00','2026-11-24T03:17:06.392702+00:00','Industrial IoT Platform','OT/IT Integration Layer','Application','Collects and analyses signals of machines.');
INSERT INTO "CI Class" VALUES('Vision System','2026-11-24T03:17:06.449276+00:00','2026-11-24T03:17:06.449276+00:00','Vision System','OT/IT Integration Layer','OT CI','Camera with evaluation for position or quality.');
INSERT INTO "CI Class" VALUES('AGV Controller','2026-11-24T03:17:06.478661+00:00','2026-11-24T03:17:06.478661+00:00','AGV Controller','OT/IT Integration Layer','OT CI','Steers automated guided vehicles.');
INSERT INTO "CI Class" VALUES('MES Application','2026-11-24T03:17:06.494764+00:00','2026-11-24T03:17:06.494764+00:00','MES Application','Plant & Enterprise Applications','Application','A concrete MES product, for example SAP ME.');
INSERT INTO "CI Class" VALUES('Warehouse Management System','2026-11-24T03:17:06.545922+00:00','2026-11-24T03:17:06.545922+00:00','Warehouse Management System','Plant & Enterprise Applications','Application','WMS: storage bins and supply of lines.');
INSERT INTO "CI Class" VALUES('Assembly Robot','2026-11-24T03:17:06.546772+00:00','2026-11-24T03:17:06.546772+00:00','Assembly Robot','Plant & Cloud Infrastructure','OT CI','Robot that assembles; with its controller, PLC and tools.');
INSERT INTO "CI Class" VALUES('Robot Controller','2026-11-24T03:17:06.633534+00:00','2026-11-24T03:17:06.633534+00:00','Robot Controller','Plant & Cloud Infrastructure','OT CI','Runs the program of a robot.');
INSERT INTO "CI Class" VALUES('PLC','2026-11-24T03:17:06.731296+00:00','2026-11-24T03:17:06.731296+00:00','PLC','Plant & Cloud Infrastructure','OT CI','Programmable logic controller.');
INSERT INTO "CI Class" VALUES('HMI','2026-11-24T03:17:06.746471+00:00','2026-11-24T03:17:06.746471+00:00','HMI','Plant & Cloud Infrastructure','OT CI','Operator panel of a machine.');
INSERT INTO "CI Class" VALUES('CNC Machine','2026-11-24T03:17:06.767934+00:00','2026-11-24T03:17:06.767934+00:00','CNC Machine','Plant & Cloud Infrastructure','OT CI','Machine tool with numerical control.');
INSERT INTO "CI Class" VALUES('Network Switch','2026-11-24T03:17:06.768811+00:00','2026-11-24T03:17:06.768811+00:00','Network Switch','Plant & Cloud Infrastructure','IT CI','Switch of the office or industrial network.');
INSERT INTO "CI Class" VALUES('Edge Server','2026-11-24T03:17:06.773362+00:00','2026-11-24T03:17:06.773362+00:00','Edge Server','Plant & Cloud Infrastructure','IT CI','Server on the shop floor.');
INSERT INTO "CI Class" VALUES('Private 5G Cell','2026-11-24T03:17:06.773881+00:00','2026-11-24T03:17:06.773881+00:00','Private 5G Cell','Plant & Cloud Infrastructure','IT CI','Radio cell of the factory''s own 5G network.');
CREATE TABLE "CI Relation" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	source_ci TEXT, 
	relation_type TEXT, 
	target_ci TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "CI Relation" VALUES('AR-042-PLC part of AR-042','2026-11-24T03:17:10.138282+00:00','2026-11-24T03:17:10.138282+00:00','AR-042-PLC','part of','AR-042');
INSERT INTO "CI Relation" VALUES('AR-042-HMI part of AR-042','2026-11-24T03:17:10.219375+00:00','2026-11-24T03:17:10.219375+00:00','AR-042-HMI','part of','AR-042');
INSERT INTO "CI Relation" VALUES('AR-042-KRC5 part of AR-042','2026-11-24T03:17:10.220480+00:00','2026-11-24T03:17:10.220480+00:00','AR-042-KRC5','part of','AR-042');
INSERT INTO "CI Relation" VALUES('AR-042-IS9000 part of AR-042','2026-11-24T03:17:10.256470+00:00','2026-11-24T03:17:10.256470+00:00','AR-042-IS9000','part of','AR-042');
INSERT INTO "CI Relation" VALUES('AR-051-PLC part of AR-051','2026-11-24T03:17:10.303551+00:00','2026-11-24T03:17:10.303551+00:00','AR-051-PLC','part of','AR-051');
INSERT INTO "CI Relation" VALUES('AR-061-PLC part of AR-061','2026-11-24T03:17:10.304923+00:00','2026-11-24T03:17:10.304923+00:00','AR-061-PLC','part of','AR-061');
INSERT INTO "CI Relation" VALUES('MES-IF-L3 depends on OPCUA-L3','2026-11-24T03:17:10.353105+00:00','2026-11-24T03:17:10.353105+00:00','MES-IF-L3','depends on','OPCUA-L3');
INSERT INTO "CI Relation" VALUES('MES-IF-L3 depends on SAP-ME','2026-11-24T03:17:10.405245+00:00','2026-11-24T03:17:10.405245+00:00','MES-IF-L3','depends on','SAP-ME');
CREATE TABLE "CI Relation Type" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	relation_name TEXT, 
	failure_travels TEXT, 
	description TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "CI Relation Type" VALUES('part of','2026-11-24T03:17:06.774850+00:00','2026-11-24T03:17:06.774850+00:00','part of','Source to Target','The source is a component of the target and stops it when it fails.');
INSERT INTO "CI Relation Type" VALUES('runs on','2026-11-24T03:17:06.781214+00:00','2026-11-24T03:17:06.781214+00:00','runs on','Target to Source','The source is software that runs on the target.');
INSERT INTO "CI Relation Type" VALUES('connects to','2026-11-24T03:17:06.781666+00:00','2026-11-24T03:17:06.781666+00:00','connects to','Target to Source','The source reaches others through the target.');
INSERT INTO "CI Relation Type" VALUES('controls','2026-11-24T03:17:06.782047+00:00','2026-11-24T03:17:06.782047+00:00','controls','Source to Target','The source steers the target.');
INSERT INTO "CI Relation Type" VALUES('depends on','2026-11-24T03:17:06.819154+00:00','2026-11-24T03:17:06.819154+00:00','depends on','Target to Source','The source needs the target.');
CREATE TABLE "Currency" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	currency_name TEXT, 
	fraction_units BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "Currency" VALUES('BRL','2026-11-24T03:17:07.185051+00:00','2026-11-24T03:17:07.185051+00:00','BRL',100);
INSERT INTO "Currency" VALUES('CAD','2026-11-24T03:17:07.186304+00:00','2026-11-24T03:17:07.186304+00:00','CAD',100);
INSERT INTO "Currency" VALUES('CHF','2026-11-24T03:17:07.186776+00:00','2026-11-24T03:17:07.186776+00:00','CHF',100);
INSERT INTO "Currency" VALUES('CNY','2026-11-24T03:17:07.361615+00:00','2026-11-24T03:17:07.361615+00:00','CNY',100);
INSERT INTO "Currency" VALUES('CZK','2026-11-24T03:17:07.392861+00:00','2026-11-24T03:17:07.392861+00:00','CZK',100);
INSERT INTO "Currency" VALUES('DKK','2026-11-24T03:17:07.393409+00:00','2026-11-24T03:17:07.393409+00:00','DKK',100);
INSERT INTO "Currency" VALUES('EUR','2026-11-24T03:17:07.393810+00:00','2026-11-24T03:17:07.393810+00:00','EUR',100);
INSERT INTO "Currency" VALUES('GBP','2026-11-24T03:17:07.394168+00:00','2026-11-24T03:17:07.394168+00:00','GBP',100);
INSERT INTO "Currency" VALUES('HUF','2026-11-24T03:17:07.394513+00:00','2026-11-24T03:17:07.394513+00:00','HUF',100);
INSERT INTO "Currency" VALUES('INR','2026-11-24T03:17:07.490545+00:00','2026-11-24T03:17:07.490545+00:00','INR',100);
INSERT INTO "Currency" VALUES('JPY','2026-11-24T03:17:07.515569+00:00','2026-11-24T03:17:07.515569+00:00','JPY',100);
INSERT INTO "Currency" VALUES('KRW','2026-11-24T03:17:07.577811+00:00','2026-11-24T03:17:07.577811+00:00','KRW',100);
INSERT INTO "Currency" VALUES('MXN','2026-11-24T03:17:07.578676+00:00','2026-11-24T03:17:07.578676+00:00','MXN',100);
INSERT INTO "Currency" VALUES('NOK','2026-11-24T03:17:07.613158+00:00','2026-11-24T03:17:07.613158+00:00','NOK',100);
INSERT INTO "Currency" VALUES('PLN','2026-11-24T03:17:07.641458+00:00','2026-11-24T03:17:07.641458+00:00','PLN',100);
INSERT INTO "Currency" VALUES('RON','2026-11-24T03:17:07.685392+00:00','2026-11-24T03:17:07.685392+00:00','RON',100);
INSERT INTO "Currency" VALUES('SEK','2026-11-24T03:17:07.686330+00:00','2026-11-24T03:17:07.686330+00:00','SEK',100);
INSERT INTO "Currency" VALUES('TRY','2026-11-24T03:17:07.686765+00:00','2026-11-24T03:17:07.686765+00:00','TRY',100);
INSERT INTO "Currency" VALUES('USD','2026-11-24T03:17:07.747540+00:00','2026-11-24T03:17:07.747540+00:00','USD',100);
INSERT INTO "Currency" VALUES('ZAR','2026-11-24T03:17:07.775312+00:00','2026-11-24T03:17:07.775312+00:00','ZAR',100);
CREATE TABLE "HD Ticket" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	subject TEXT, 
	description TEXT, 
	raised_by TEXT, 
	status TEXT, 
	priority TEXT, 
	ticket_type TEXT, 
	plant_line_stop TEXT, 
	plant_root_ci TEXT, 
	plant_production_line TEXT, 
	plant_units_per_shift BIGINT, 
	plant_cost_per_hour BIGINT, 
	plant_currency TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "HD Ticket" VALUES('1','2026-11-24T03:17:15.933991+00:00','2026-11-24T03:17:15.933991+00:00','LINE STOP — Assembly Line 3','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T08:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>',NULL,'Open','P1','Line Stop','LS-2026-00001','AR-042','Assembly Line 3',240,3800000000,'EUR');
INSERT INTO "HD Ticket" VALUES('2','2026-11-24T03:17:16.754227+00:00','2026-11-24T03:17:16.754227+00:00','LINE STOP — Assembly Line 3','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T09:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>',NULL,'Open','P1','Line Stop','LS-2026-00002','AR-042','Assembly Line 3',240,3800000000,'EUR');
INSERT INTO "HD Ticket" VALUES('3','2026-11-24T03:17:17.373863+00:00','2026-11-24T03:17:17.373863+00:00','LINE STOP — Assembly Line 3','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T10:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>',NULL,'Open','P1','Line Stop','LS-2026-00003','AR-042','Assembly Line 3',240,3800000000,'EUR');
INSERT INTO "HD Ticket" VALUES('4','2026-11-24T03:17:18.109657+00:00','2026-11-24T03:17:18.109657+00:00','LINE STOP — Assembly Line 3','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T11:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>',NULL,'Open','P1','Line Stop','LS-2026-00004','AR-042','Assembly Line 3',240,3800000000,'EUR');
INSERT INTO "HD Ticket" VALUES('5','2026-11-24T03:17:18.560052+00:00','2026-11-24T03:17:18.560052+00:00','LINE STOP — Assembly Line 3','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T14:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>',NULL,'Open','P1','Line Stop','LS-2026-00005','AR-042','Assembly Line 3',240,3800000000,'EUR');
CREATE TABLE "HD Ticket Comment" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	reference_ticket TEXT, 
	commented_by TEXT, 
	content TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "HD Ticket Comment" VALUES('6fooyeog7f','2026-11-24T03:17:16.490909+00:00','2026-11-24T03:17:16.490909+00:00','1','Administrator','<p>The signal has cleared: LINE STOP — Assembly Line 3 ended after 20 min 00 s and cost 1,266.67 EUR.</p><p>3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)</p><p>Close this ticket when the cause is found and removed.</p>');
INSERT INTO "HD Ticket Comment" VALUES('k5m1o0a1o7','2026-11-24T03:17:17.249542+00:00','2026-11-24T03:17:17.249542+00:00','2','Administrator','<p>The signal has cleared: LINE STOP — Assembly Line 3 ended after 20 min 00 s and cost 1,266.67 EUR.</p><p>3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)</p><p>Close this ticket when the cause is found and removed.</p>');
INSERT INTO "HD Ticket Comment" VALUES('wagfygp1ba','2026-11-24T03:17:17.929171+00:00','2026-11-24T03:17:17.929171+00:00','3','Administrator','<p>The signal has cleared: LINE STOP — Assembly Line 3 ended after 20 min 00 s and cost 1,266.67 EUR.</p><p>3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)</p><p>Close this ticket when the cause is found and removed.</p>');
INSERT INTO "HD Ticket Comment" VALUES('9jjcu035cd','2026-11-24T03:17:18.392758+00:00','2026-11-24T03:17:18.392758+00:00','4','Administrator','<p>The signal has cleared: LINE STOP — Assembly Line 3 ended after 20 min 00 s and cost 1,266.67 EUR.</p><p>3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)</p><p>Close this ticket when the cause is found and removed.</p>');
CREATE TABLE "HD Ticket Priority" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	integer_value BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "HD Ticket Priority" VALUES('P1','2026-11-24T03:17:07.776369+00:00','2026-11-24T03:17:07.776369+00:00',100);
INSERT INTO "HD Ticket Priority" VALUES('P2','2026-11-24T03:17:07.825619+00:00','2026-11-24T03:17:07.825619+00:00',200);
INSERT INTO "HD Ticket Priority" VALUES('P3','2026-11-24T03:17:07.826199+00:00','2026-11-24T03:17:07.826199+00:00',300);
INSERT INTO "HD Ticket Priority" VALUES('P4','2026-11-24T03:17:07.861989+00:00','2026-11-24T03:17:07.861989+00:00',400);
CREATE TABLE "HD Ticket Type" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	priority TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "HD Ticket Type" VALUES('Line Stop','2026-11-24T03:17:07.925826+00:00','2026-11-24T03:17:07.925826+00:00','P1');
CREATE TABLE "Has Role" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	parent TEXT, 
	parenttype TEXT, 
	parentfield TEXT, 
	idx BIGINT, 
	role TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Has Role" VALUES('27ldrszv2x','2026-11-24T03:17:08.788802+00:00','2026-11-24T03:17:08.788802+00:00','petra.production@demo-plant.example','User','roles',1,'Production Manager');
INSERT INTO "Has Role" VALUES('x429j339ef','2026-11-24T03:17:08.875372+00:00','2026-11-24T03:17:08.875372+00:00','ingo.it@demo-plant.example','User','roles',1,'Plant IT');
INSERT INTO "Has Role" VALUES('2blmmkulfa','2026-11-24T03:17:08.881105+00:00','2026-11-24T03:17:08.881105+00:00','romy.robotics@demo-plant.example','User','roles',1,'Robot Maintenance');
CREATE TABLE "Line Responsible" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	parent TEXT, 
	parenttype TEXT, 
	parentfield TEXT, 
	idx BIGINT, 
	role TEXT, 
	user TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Line Responsible" VALUES('50kk6dskrv','2026-11-24T03:17:09.029048+00:00','2026-11-24T03:17:09.029048+00:00','Assembly Line 3','Production Line','responsibles',1,'Production Manager','petra.production@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('i29qsi2yy6','2026-11-24T03:17:09.029076+00:00','2026-11-24T03:17:09.029076+00:00','Assembly Line 3','Production Line','responsibles',2,'Plant IT','ingo.it@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('b6593ptnb2','2026-11-24T03:17:09.029098+00:00','2026-11-24T03:17:09.029098+00:00','Assembly Line 3','Production Line','responsibles',3,'Robot Maintenance','romy.robotics@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('5ign9ejluq','2026-11-24T03:17:09.301505+00:00','2026-11-24T03:17:09.301505+00:00','Assembly Line 4','Production Line','responsibles',1,'Production Manager','petra.production@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('gkegylzsu1','2026-11-24T03:17:09.301536+00:00','2026-11-24T03:17:09.301536+00:00','Assembly Line 4','Production Line','responsibles',2,'Plant IT','ingo.it@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('cvt81dnpfp','2026-11-24T03:17:09.301555+00:00','2026-11-24T03:17:09.301555+00:00','Assembly Line 4','Production Line','responsibles',3,'Robot Maintenance','romy.robotics@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('1pbfmvfeou','2026-11-24T03:17:09.468349+00:00','2026-11-24T03:17:09.468349+00:00','Assembly Line 5','Production Line','responsibles',1,'Production Manager','petra.production@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('83hdzsol1r','2026-11-24T03:17:09.468375+00:00','2026-11-24T03:17:09.468375+00:00','Assembly Line 5','Production Line','responsibles',2,'Plant IT','ingo.it@demo-plant.example');
INSERT INTO "Line Responsible" VALUES('f1xu0hhww7','2026-11-24T03:17:09.468396+00:00','2026-11-24T03:17:09.468396+00:00','Assembly Line 5','Production Line','responsibles',3,'Robot Maintenance','romy.robotics@demo-plant.example');
CREATE TABLE "Line Shift" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	parent TEXT, 
	parenttype TEXT, 
	parentfield TEXT, 
	idx BIGINT, 
	shift_name TEXT, 
	start_time TEXT, 
	end_time TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Line Shift" VALUES('j5925vi5or','2026-11-24T03:17:09.028469+00:00','2026-11-24T03:17:09.028469+00:00','Assembly Line 3','Production Line','shifts',1,'Early','06:00:00','14:00:00');
INSERT INTO "Line Shift" VALUES('lwfgp0tcx0','2026-11-24T03:17:09.028512+00:00','2026-11-24T03:17:09.028512+00:00','Assembly Line 3','Production Line','shifts',2,'Late','14:00:00','22:00:00');
INSERT INTO "Line Shift" VALUES('7d808l791f','2026-11-24T03:17:09.028541+00:00','2026-11-24T03:17:09.028541+00:00','Assembly Line 3','Production Line','shifts',3,'Night','22:00:00','06:00:00');
INSERT INTO "Line Shift" VALUES('gkj6es09rb','2026-11-24T03:17:09.301317+00:00','2026-11-24T03:17:09.301317+00:00','Assembly Line 4','Production Line','shifts',1,'Early','06:00:00','14:00:00');
INSERT INTO "Line Shift" VALUES('4oqf83aex2','2026-11-24T03:17:09.301357+00:00','2026-11-24T03:17:09.301357+00:00','Assembly Line 4','Production Line','shifts',2,'Late','14:00:00','22:00:00');
INSERT INTO "Line Shift" VALUES('29ve4rnh60','2026-11-24T03:17:09.301380+00:00','2026-11-24T03:17:09.301380+00:00','Assembly Line 4','Production Line','shifts',3,'Night','22:00:00','06:00:00');
INSERT INTO "Line Shift" VALUES('cr5negvvqp','2026-11-24T03:17:09.468018+00:00','2026-11-24T03:17:09.468018+00:00','Assembly Line 5','Production Line','shifts',1,'Early','06:00:00','14:00:00');
INSERT INTO "Line Shift" VALUES('yxfj91twie','2026-11-24T03:17:09.468088+00:00','2026-11-24T03:17:09.468088+00:00','Assembly Line 5','Production Line','shifts',2,'Late','14:00:00','22:00:00');
INSERT INTO "Line Shift" VALUES('ukw56pp9xi','2026-11-24T03:17:09.468112+00:00','2026-11-24T03:17:09.468112+00:00','Assembly Line 5','Production Line','shifts',3,'Night','22:00:00','06:00:00');
CREATE TABLE "Line Stop" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	title TEXT, 
	kind TEXT, 
	status TEXT, 
	root_ci TEXT, 
	onset TEXT, 
	detected_at TEXT, 
	ended_at TEXT, 
	duration_seconds FLOAT, 
	units_per_shift BIGINT, 
	cost_per_hour BIGINT, 
	currency TEXT, 
	cost BIGINT, 
	not_priced TEXT, 
	cost_explanation TEXT, 
	description TEXT, 
	signal_rule TEXT, 
	connection TEXT, 
	notified_roles TEXT, 
	notified_users TEXT, 
	hd_ticket TEXT, 
	open_key TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Line Stop" VALUES('LS-2026-00001','2026-11-24T03:17:11.912427+00:00','2026-11-24T03:17:16.414387+00:00','LINE STOP — Assembly Line 3','Line Stop','Ended','AR-042','2026-11-23T08:00:00.000000+00:00','2026-11-23T08:00:00.000000+00:00','2026-11-23T08:20:00.000000+00:00',1200.0,240,3800000000,'EUR',1266670000,NULL,'3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T08:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>','AR-042 offline','Cell Broker','Production Manager, Plant IT, Robot Maintenance','petra.production@demo-plant.example, ingo.it@demo-plant.example, romy.robotics@demo-plant.example','1',NULL);
INSERT INTO "Line Stop" VALUES('LS-2026-00002','2026-11-24T03:17:13.074850+00:00','2026-11-24T03:17:17.081814+00:00','LINE STOP — Assembly Line 3','Line Stop','Ended','AR-042','2026-11-23T09:00:00.000000+00:00','2026-11-23T09:00:00.000000+00:00','2026-11-23T09:20:00.000000+00:00',1200.0,240,3800000000,'EUR',1266670000,NULL,'3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T09:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>','AR-042 offline','Cell Broker','Production Manager, Plant IT, Robot Maintenance','petra.production@demo-plant.example, ingo.it@demo-plant.example, romy.robotics@demo-plant.example','2',NULL);
INSERT INTO "Line Stop" VALUES('LS-2026-00003','2026-11-24T03:17:13.377783+00:00','2026-11-24T03:17:17.802790+00:00','LINE STOP — Assembly Line 3','Line Stop','Ended','AR-042','2026-11-23T10:00:00.000000+00:00','2026-11-23T10:00:00.000000+00:00','2026-11-23T10:20:00.000000+00:00',1200.0,240,3800000000,'EUR',1266670000,NULL,'3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T10:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>','AR-042 offline','Cell Broker','Production Manager, Plant IT, Robot Maintenance','petra.production@demo-plant.example, ingo.it@demo-plant.example, romy.robotics@demo-plant.example','3',NULL);
INSERT INTO "Line Stop" VALUES('LS-2026-00004','2026-11-24T03:17:14.586101+00:00','2026-11-24T03:17:18.298771+00:00','LINE STOP — Assembly Line 3','Line Stop','Ended','AR-042','2026-11-23T11:00:00.000000+00:00','2026-11-23T11:00:00.000000+00:00','2026-11-23T11:20:00.000000+00:00',1200.0,240,3800000000,'EUR',1266670000,NULL,'3,800.00 EUR per hour × 1200 s ÷ 3600 s = 1,266.67 EUR (Assembly Line 3 from 2026-01-01)','<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T11:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>','AR-042 offline','Cell Broker','Production Manager, Plant IT, Robot Maintenance','petra.production@demo-plant.example, ingo.it@demo-plant.example, romy.robotics@demo-plant.example','4',NULL);
INSERT INTO "Line Stop" VALUES('LS-2026-00005','2026-11-24T03:17:15.310645+00:00','2026-11-24T03:17:18.818084+00:00','LINE STOP — Assembly Line 3','Line Stop','Open','AR-042','2026-11-23T14:00:00.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL,0.0,240,3800000000,'EUR',0,NULL,NULL,'<p><b>Assembly Robot AR-042 (Assembly Robot)</b> has failed.</p><p>240 units per shift are blocked; it costs 3,800.00 EUR per hour.</p><ul><li><b>Assembly Line 3</b> stopped, SUV Model X: 240 units per shift, 3,800.00 EUR per hour (AR-042 → Assembly Line 3)</li></ul><p>0 more configuration items affected.</p><p>Signal Rule <b>AR-042 offline</b> at 2026-11-23T14:00:00+00:00: <code>demo-plant/final-assembly/assembly-line-3/AR-042/status</code> = <code>OFFLINE</code> (OT Connection Cell Broker).</p><p>First: check power, network and program state from remote; dispatch a technician within 15 minutes.</p>','AR-042 offline','Cell Broker','Production Manager, Plant IT, Robot Maintenance','petra.production@demo-plant.example, ingo.it@demo-plant.example, romy.robotics@demo-plant.example','5','Line Stop: AR-042');
CREATE TABLE "Line Stop Cost Model" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	production_line TEXT, 
	valid_from TEXT, 
	valid_to TEXT, 
	cost_per_hour BIGINT, 
	currency TEXT, 
	note TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Line Stop Cost Model" VALUES('Assembly Line 3 from 2026-01-01','2026-11-24T03:17:10.496728+00:00','2026-11-24T03:17:10.496728+00:00','Assembly Line 3','2026-01-01',NULL,3800000000,'EUR','Line rate of the demo plant');
INSERT INTO "Line Stop Cost Model" VALUES('Assembly Line 4 from 2026-01-01','2026-11-24T03:17:10.498824+00:00','2026-11-24T03:17:10.498824+00:00','Assembly Line 4','2026-01-01',NULL,3800000000,'EUR','Line rate of the demo plant');
INSERT INTO "Line Stop Cost Model" VALUES('Assembly Line 5 from 2026-01-01','2026-11-24T03:17:10.574227+00:00','2026-11-24T03:17:10.574227+00:00','Assembly Line 5','2026-01-01',NULL,3800000000,'EUR','Line rate of the demo plant');
CREATE TABLE "Line Stop Line" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	parent TEXT, 
	parenttype TEXT, 
	parentfield TEXT, 
	idx BIGINT, 
	production_line TEXT, 
	state TEXT, 
	product TEXT, 
	units_per_shift BIGINT, 
	cost_per_hour BIGINT, 
	currency TEXT, 
	cost_model TEXT, 
	path TEXT, 
	not_priced TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Line Stop Line" VALUES('r1bft5f046','2026-11-24T03:17:11.953012+00:00','2026-11-24T03:17:11.953012+00:00','LS-2026-00001','Line Stop','lines',1,'Assembly Line 3','Stopped','SUV Model X',240,3800000000,'EUR','Assembly Line 3 from 2026-01-01','AR-042 → Assembly Line 3',NULL);
INSERT INTO "Line Stop Line" VALUES('7evf8tdx0g','2026-11-24T03:17:13.120354+00:00','2026-11-24T03:17:13.120354+00:00','LS-2026-00002','Line Stop','lines',1,'Assembly Line 3','Stopped','SUV Model X',240,3800000000,'EUR','Assembly Line 3 from 2026-01-01','AR-042 → Assembly Line 3',NULL);
INSERT INTO "Line Stop Line" VALUES('3j5s65cwhz','2026-11-24T03:17:13.378140+00:00','2026-11-24T03:17:13.378140+00:00','LS-2026-00003','Line Stop','lines',1,'Assembly Line 3','Stopped','SUV Model X',240,3800000000,'EUR','Assembly Line 3 from 2026-01-01','AR-042 → Assembly Line 3',NULL);
INSERT INTO "Line Stop Line" VALUES('d8htupdirx','2026-11-24T03:17:14.586565+00:00','2026-11-24T03:17:14.586565+00:00','LS-2026-00004','Line Stop','lines',1,'Assembly Line 3','Stopped','SUV Model X',240,3800000000,'EUR','Assembly Line 3 from 2026-01-01','AR-042 → Assembly Line 3',NULL);
INSERT INTO "Line Stop Line" VALUES('d5vqr3mq09','2026-11-24T03:17:15.361618+00:00','2026-11-24T03:17:15.361618+00:00','LS-2026-00005','Line Stop','lines',1,'Assembly Line 3','Stopped','SUV Model X',240,3800000000,'EUR','Assembly Line 3 from 2026-01-01','AR-042 → Assembly Line 3',NULL);
CREATE TABLE "Network Segment" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	segment_name TEXT, 
	plant_site TEXT, 
	protocol TEXT, 
	vlan_id BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "Network Segment" VALUES('VLAN 143','2026-11-24T03:17:10.613681+00:00','2026-11-24T03:17:10.613681+00:00','VLAN 143','Demo Plant','PROFINET',143);
CREATE TABLE "Network Segment Member" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	parent TEXT, 
	parenttype TEXT, 
	parentfield TEXT, 
	idx BIGINT, 
	ci TEXT, 
	role TEXT, 
	ip_address TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Network Segment Member" VALUES('0qinecpi5o','2026-11-24T03:17:10.614232+00:00','2026-11-24T03:17:10.614232+00:00','VLAN 143','Network Segment','members',1,'SW-L3-043','Switch','10.1.43.1');
INSERT INTO "Network Segment Member" VALUES('zmxa4fymjc','2026-11-24T03:17:10.614265+00:00','2026-11-24T03:17:10.614265+00:00','VLAN 143','Network Segment','members',2,'AR-042','Device','10.1.43.2');
INSERT INTO "Network Segment Member" VALUES('jd18luxc7c','2026-11-24T03:17:10.614286+00:00','2026-11-24T03:17:10.614286+00:00','VLAN 143','Network Segment','members',3,'AR-042-PLC','Device','10.1.43.3');
INSERT INTO "Network Segment Member" VALUES('nh26t4j4be','2026-11-24T03:17:10.614304+00:00','2026-11-24T03:17:10.614304+00:00','VLAN 143','Network Segment','members',4,'AR-042-HMI','Device','10.1.43.4');
INSERT INTO "Network Segment Member" VALUES('duuu7xi9c1','2026-11-24T03:17:10.614323+00:00','2026-11-24T03:17:10.614323+00:00','VLAN 143','Network Segment','members',5,'AR-042-KRC5','Device','10.1.43.5');
INSERT INTO "Network Segment Member" VALUES('q848p79m6j','2026-11-24T03:17:10.614344+00:00','2026-11-24T03:17:10.614344+00:00','VLAN 143','Network Segment','members',6,'AR-042-IS9000','Device','10.1.43.6');
INSERT INTO "Network Segment Member" VALUES('35xkr7stct','2026-11-24T03:17:10.614367+00:00','2026-11-24T03:17:10.614367+00:00','VLAN 143','Network Segment','members',7,'AR-051','Device','10.1.43.7');
INSERT INTO "Network Segment Member" VALUES('8bfhp563xk','2026-11-24T03:17:10.614385+00:00','2026-11-24T03:17:10.614385+00:00','VLAN 143','Network Segment','members',8,'AR-051-PLC','Device','10.1.43.8');
INSERT INTO "Network Segment Member" VALUES('u0m33mxp07','2026-11-24T03:17:10.614405+00:00','2026-11-24T03:17:10.614405+00:00','VLAN 143','Network Segment','members',9,'AR-061','Device','10.1.43.9');
INSERT INTO "Network Segment Member" VALUES('om5o69u2u4','2026-11-24T03:17:10.614424+00:00','2026-11-24T03:17:10.614424+00:00','VLAN 143','Network Segment','members',10,'AR-061-PLC','Device','10.1.43.10');
CREATE TABLE "Notification Log" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	subject TEXT, 
	for_user TEXT, 
	type TEXT, 
	email_content TEXT, 
	document_type TEXT, 
	document_name TEXT, 
	PRIMARY KEY (name)
);
CREATE TABLE "OT CI" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	ci_name TEXT, 
	title TEXT, 
	ci_class TEXT, 
	status TEXT, 
	plant_site TEXT, 
	production_line TEXT, 
	line_effect TEXT, 
	manufacturer TEXT, 
	model TEXT, 
	serial_no TEXT, 
	description TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "OT CI" VALUES('AR-042','2026-11-24T03:17:09.521190+00:00','2026-11-24T03:17:09.521190+00:00','AR-042','Assembly Robot AR-042','Assembly Robot','Active','Demo Plant','Assembly Line 3','Stops Line','KUKA','KR 210',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-042-PLC','2026-11-24T03:17:09.617802+00:00','2026-11-24T03:17:09.617802+00:00','AR-042-PLC','PLC of AR-042','PLC','Active','Demo Plant','Assembly Line 3','No Direct Effect','Siemens','S7-1500',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-042-HMI','2026-11-24T03:17:09.652845+00:00','2026-11-24T03:17:09.652845+00:00','AR-042-HMI','HMI of AR-042','HMI','Active','Demo Plant','Assembly Line 3','No Direct Effect','Siemens','TP1500',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-042-KRC5','2026-11-24T03:17:09.665265+00:00','2026-11-24T03:17:09.665265+00:00','AR-042-KRC5','Robot controller of AR-042','Robot Controller','Active','Demo Plant','Assembly Line 3','No Direct Effect','KUKA','KRC5',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-042-IS9000','2026-11-24T03:17:09.666398+00:00','2026-11-24T03:17:09.666398+00:00','AR-042-IS9000','Vision system of AR-042','Vision System','Active','Demo Plant','Assembly Line 3','No Direct Effect','Cognex','IS9000',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-051','2026-11-24T03:17:09.720515+00:00','2026-11-24T03:17:09.720515+00:00','AR-051','Assembly Robot AR-051','Assembly Robot','Active','Demo Plant','Assembly Line 4','Stops Line','KUKA','KR 210',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-051-PLC','2026-11-24T03:17:09.725952+00:00','2026-11-24T03:17:09.725952+00:00','AR-051-PLC','PLC of AR-051','PLC','Active','Demo Plant','Assembly Line 4','No Direct Effect','Siemens','S7-1500',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-061','2026-11-24T03:17:09.761156+00:00','2026-11-24T03:17:09.761156+00:00','AR-061','Assembly Robot AR-061','Assembly Robot','Active','Demo Plant','Assembly Line 5','Stops Line','KUKA','KR 210',NULL,NULL);
INSERT INTO "OT CI" VALUES('AR-061-PLC','2026-11-24T03:17:09.794640+00:00','2026-11-24T03:17:09.794640+00:00','AR-061-PLC','PLC of AR-061','PLC','Active','Demo Plant','Assembly Line 5','No Direct Effect','Siemens','S7-1500',NULL,NULL);
INSERT INTO "OT CI" VALUES('MES-IF-L3','2026-11-24T03:17:09.867270+00:00','2026-11-24T03:17:09.867270+00:00','MES-IF-L3','MES Interface of Line 3','MES Interface','Active','Demo Plant','Assembly Line 3','Degrades Line',NULL,NULL,NULL,NULL);
INSERT INTO "OT CI" VALUES('OPCUA-L3','2026-11-24T03:17:09.868753+00:00','2026-11-24T03:17:09.868753+00:00','OPCUA-L3','OPC UA Server of Line 3','OPC UA Server','Active','Demo Plant','Assembly Line 3','No Direct Effect',NULL,NULL,NULL,NULL);
INSERT INTO "OT CI" VALUES('SAP-ME','2026-11-24T03:17:09.956755+00:00','2026-11-24T03:17:09.956755+00:00','SAP-ME','SAP ME','MES Application','Active','Demo Plant',NULL,'Stops Line','SAP','ME',NULL,NULL);
INSERT INTO "OT CI" VALUES('SW-L3-043','2026-11-24T03:17:10.041871+00:00','2026-11-24T03:17:10.041871+00:00','SW-L3-043','Network Switch SW-L3-043','Network Switch','Active','Demo Plant','Assembly Line 3','No Direct Effect','Siemens','SCALANCE XC216',NULL,NULL);
CREATE TABLE "OT Connection" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	connection_name TEXT, 
	protocol TEXT, 
	enabled BIGINT, 
	plant_site TEXT, 
	username TEXT, 
	password TEXT, 
	host TEXT, 
	port BIGINT, 
	mqtt_version TEXT, 
	client_id TEXT, 
	session_expiry_seconds BIGINT, 
	keepalive_seconds BIGINT, 
	payload_format TEXT, 
	timestamp_path TEXT, 
	max_payload_bytes BIGINT, 
	use_tls BIGINT, 
	endpoint_url TEXT, 
	security_policy TEXT, 
	security_mode TEXT, 
	publishing_interval_ms BIGINT, 
	queue_size BIGINT, 
	ca_certificate_path TEXT, 
	client_certificate_path TEXT, 
	private_key_path TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "OT Connection" VALUES('Cell Broker','2026-11-24T03:17:10.732793+00:00','2026-11-24T03:17:10.732793+00:00','Cell Broker','MQTT',1,'Demo Plant',NULL,NULL,'127.0.0.1',1883,'5',NULL,604800,30,'JSON','ts',262144,0,NULL,'Basic256Sha256','SignAndEncrypt',250,1000,NULL,NULL,NULL);
INSERT INTO "OT Connection" VALUES('Line Controller','2026-11-24T03:17:10.734368+00:00','2026-11-24T03:17:10.734368+00:00','Line Controller','OPC UA',1,'Demo Plant',NULL,NULL,NULL,1883,'5',NULL,604800,30,'JSON',NULL,262144,0,'opc.tcp://127.0.0.1:4840/plant','None','None',250,1000,NULL,NULL,NULL);
CREATE TABLE "OT Connection State" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	connection TEXT, 
	fence_token BIGINT, 
	stream_cursor TEXT, 
	last_signal_at TEXT, 
	received BIGINT, 
	events BIGINT, 
	suppressed BIGINT, 
	dead_lettered BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "OT Connection State" VALUES('Cell Broker','2026-11-24T03:17:11.201794+00:00','2026-11-24T03:17:15.677166+00:00','Cell Broker',1,'1795456800001-0','2026-11-23T14:00:00.000000+00:00',10,9,0,1);
CREATE TABLE "OT Signal Event" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	event_key TEXT, 
	signal_rule TEXT, 
	ci TEXT, 
	event_kind TEXT, 
	transition TEXT, 
	line_stop TEXT, 
	connection TEXT, 
	address TEXT, 
	value TEXT, 
	source_time TEXT, 
	received_time TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "OT Signal Event" VALUES('ryd9lrlenq','2026-11-24T03:17:12.322160+00:00','2026-11-24T03:17:12.322160+00:00','7d02796d22ba3ddda5bb6bffc0fb6832875d12d37c0459cc6947ccff92e36759','AR-042 offline','AR-042','Line Stop','Raised','LS-2026-00001','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','OFFLINE','2026-11-23T08:00:00.000000+00:00','2026-11-23T08:00:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('iys9n5nxaf','2026-11-24T03:17:12.997810+00:00','2026-11-24T03:17:12.997810+00:00','b1630ec5024f209a477293a8a856cc592b75befd0802e3e06c3fb8b663080375','AR-042 offline','AR-042','Line Stop','Cleared','LS-2026-00001','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','RUNNING','2026-11-23T08:20:00.000000+00:00','2026-11-23T08:20:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('gzljt7g2rg','2026-11-24T03:17:13.178010+00:00','2026-11-24T03:17:13.178010+00:00','47f84c4e8c7d230b40b16512804fa3670693fb7c26b4af35afe7f21d47c45619','AR-042 offline','AR-042','Line Stop','Raised','LS-2026-00002','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','OFFLINE','2026-11-23T09:00:00.000000+00:00','2026-11-23T09:00:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('gs1hfug0fl','2026-11-24T03:17:13.265813+00:00','2026-11-24T03:17:13.265813+00:00','1db0038e5100264d39035213d3a3a59b87db07098b239209bfb40f9278d557e6','AR-042 offline','AR-042','Line Stop','Cleared','LS-2026-00002','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','RUNNING','2026-11-23T09:20:00.000000+00:00','2026-11-23T09:20:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('eyay3f98k1','2026-11-24T03:17:13.425398+00:00','2026-11-24T03:17:13.425398+00:00','f31d286b951047008932f4c12c0b45964e316e99273fda4fc89419d353ca6b93','AR-042 offline','AR-042','Line Stop','Raised','LS-2026-00003','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','OFFLINE','2026-11-23T10:00:00.000000+00:00','2026-11-23T10:00:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('0fswbdfgk3','2026-11-24T03:17:14.101978+00:00','2026-11-24T03:17:14.101978+00:00','b22cdc037f00450f6f74ff95bf137b867f6bf95210418ef895554f9ecceddef4','AR-042 offline','AR-042','Line Stop','Cleared','LS-2026-00003','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','RUNNING','2026-11-23T10:20:00.000000+00:00','2026-11-23T10:20:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('vqt0qbz98r','2026-11-24T03:17:14.740890+00:00','2026-11-24T03:17:14.740890+00:00','408f4a9a909bbd8671924aa16036b6846b52e87040638dd0278551f70eae256d','AR-042 offline','AR-042','Line Stop','Raised','LS-2026-00004','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','OFFLINE','2026-11-23T11:00:00.000000+00:00','2026-11-23T11:00:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('9l5l8quw84','2026-11-24T03:17:15.028839+00:00','2026-11-24T03:17:15.028839+00:00','5816007c2e0c0fcfe1dde8139432f1e80cdad7ffaccb2c5a8bea05a052e351a5','AR-042 offline','AR-042','Line Stop','Cleared','LS-2026-00004','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','RUNNING','2026-11-23T11:20:00.000000+00:00','2026-11-23T11:20:00.000000+00:00');
INSERT INTO "OT Signal Event" VALUES('11t9mpxoug','2026-11-24T03:17:15.526041+00:00','2026-11-24T03:17:15.526041+00:00','91421d402709834fb7b214abf98c3fadcf168a4499b3876c9c9bbe83c11e9204','AR-042 offline','AR-042','Line Stop','Raised','LS-2026-00005','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','OFFLINE','2026-11-23T14:00:00.000000+00:00','2026-11-23T14:00:00.000000+00:00');
CREATE TABLE "Outbox Entry" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	outbox_key TEXT, 
	action TEXT, 
	line_stop TEXT, 
	status TEXT, 
	attempts BIGINT, 
	next_attempt_at TEXT, 
	done_at TEXT, 
	last_error TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Outbox Entry" VALUES('vp1jn58loo','2026-11-24T03:17:12.187230+00:00','2026-11-24T03:17:16.268952+00:00','LS-2026-00001: Open Ticket','Open Ticket','LS-2026-00001','Done',0,'2026-11-23T08:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('27gjqdpcst','2026-11-24T03:17:12.246015+00:00','2026-11-24T03:17:16.467907+00:00','LS-2026-00001: Notify','Notify','LS-2026-00001','Done',0,'2026-11-23T08:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('vjror0244p','2026-11-24T03:17:12.997261+00:00','2026-11-24T03:17:16.508621+00:00','LS-2026-00001: Report End','Report End','LS-2026-00001','Done',0,'2026-11-23T08:20:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('r3m6lrltcz','2026-11-24T03:17:13.136673+00:00','2026-11-24T03:17:16.853490+00:00','LS-2026-00002: Open Ticket','Open Ticket','LS-2026-00002','Done',0,'2026-11-23T09:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('go233anxqd','2026-11-24T03:17:13.137305+00:00','2026-11-24T03:17:17.148925+00:00','LS-2026-00002: Notify','Notify','LS-2026-00002','Done',0,'2026-11-23T09:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('udeo0wz9o0','2026-11-24T03:17:13.265336+00:00','2026-11-24T03:17:17.250516+00:00','LS-2026-00002: Report End','Report End','LS-2026-00002','Done',0,'2026-11-23T09:20:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('09x2xob8it','2026-11-24T03:17:13.378791+00:00','2026-11-24T03:17:17.526163+00:00','LS-2026-00003: Open Ticket','Open Ticket','LS-2026-00003','Done',0,'2026-11-23T10:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('0xbas7ll7t','2026-11-24T03:17:13.424865+00:00','2026-11-24T03:17:17.861305+00:00','LS-2026-00003: Notify','Notify','LS-2026-00003','Done',0,'2026-11-23T10:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('npvhil9wiq','2026-11-24T03:17:14.101418+00:00','2026-11-24T03:17:17.989833+00:00','LS-2026-00003: Report End','Report End','LS-2026-00003','Done',0,'2026-11-23T10:20:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('aqgjisfqub','2026-11-24T03:17:14.688179+00:00','2026-11-24T03:17:18.216996+00:00','LS-2026-00004: Open Ticket','Open Ticket','LS-2026-00004','Done',0,'2026-11-23T11:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('sif1jh3zat','2026-11-24T03:17:14.689378+00:00','2026-11-24T03:17:18.367796+00:00','LS-2026-00004: Notify','Notify','LS-2026-00004','Done',0,'2026-11-23T11:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('bcltivro3x','2026-11-24T03:17:15.027881+00:00','2026-11-24T03:17:18.393475+00:00','LS-2026-00004: Report End','Report End','LS-2026-00004','Done',0,'2026-11-23T11:20:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('gevrq9fc9x','2026-11-24T03:17:15.467489+00:00','2026-11-24T03:17:18.642037+00:00','LS-2026-00005: Open Ticket','Open Ticket','LS-2026-00005','Done',0,'2026-11-23T14:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
INSERT INTO "Outbox Entry" VALUES('z6x1mnnbwj','2026-11-24T03:17:15.483781+00:00','2026-11-24T03:17:18.828838+00:00','LS-2026-00005: Notify','Notify','LS-2026-00005','Done',0,'2026-11-23T14:00:30.000000+00:00','2026-11-23T14:00:00.000000+00:00',NULL);
CREATE TABLE "Plant Area" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	area_name TEXT, 
	plant_site TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Plant Area" VALUES('Final Assembly','2026-11-24T03:17:08.630586+00:00','2026-11-24T03:17:08.630586+00:00','Final Assembly','Demo Plant');
CREATE TABLE "Plant ITSM Settings" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	line_stop_priority TEXT, 
	degraded_priority TEXT, 
	ticket_type TEXT, 
	raised_by TEXT, 
	notify_by_email BIGINT, 
	drain_batch_size BIGINT, 
	lease_seconds BIGINT, 
	PRIMARY KEY (name)
);
CREATE TABLE "Plant Site" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	site_name TEXT, 
	time_zone TEXT, 
	currency TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Plant Site" VALUES('Demo Plant','2026-11-24T03:17:08.543933+00:00','2026-11-24T03:17:08.543933+00:00','Demo Plant','Europe/Berlin','EUR');
CREATE TABLE "Production Line" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	line_name TEXT, 
	business_service TEXT, 
	plant_area TEXT, 
	product TEXT, 
	units_per_shift BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "Production Line" VALUES('Assembly Line 3','2026-11-24T03:17:09.027719+00:00','2026-11-24T03:17:09.027719+00:00','Assembly Line 3','Production Line 3','Final Assembly','SUV Model X',240);
INSERT INTO "Production Line" VALUES('Assembly Line 4','2026-11-24T03:17:09.301029+00:00','2026-11-24T03:17:09.301029+00:00','Assembly Line 4','Production Line 4','Final Assembly','SUV Model X Long',240);
INSERT INTO "Production Line" VALUES('Assembly Line 5','2026-11-24T03:17:09.432192+00:00','2026-11-24T03:17:09.432192+00:00','Assembly Line 5','Production Line 5','Final Assembly','Van Model V',240);
CREATE TABLE "Role" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	role_name TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Role" VALUES('Plant Admin','2026-11-24T03:17:06.866646+00:00','2026-11-24T03:17:06.866646+00:00','Plant Admin');
INSERT INTO "Role" VALUES('Plant IT','2026-11-24T03:17:06.888150+00:00','2026-11-24T03:17:06.888150+00:00','Plant IT');
INSERT INTO "Role" VALUES('Production Manager','2026-11-24T03:17:06.979403+00:00','2026-11-24T03:17:06.979403+00:00','Production Manager');
INSERT INTO "Role" VALUES('Robot Maintenance','2026-11-24T03:17:07.045314+00:00','2026-11-24T03:17:07.045314+00:00','Robot Maintenance');
CREATE TABLE "Signal Dead Letter" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	connection TEXT, 
	address TEXT, 
	reason TEXT, 
	received_time TEXT, 
	stream_id TEXT, 
	payload_bytes BIGINT, 
	payload TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Signal Dead Letter" VALUES('71up4qsg8f','2026-11-24T03:17:15.675914+00:00','2026-11-24T03:17:15.675914+00:00','Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','payload ''{broken'' is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)','2026-11-23T15:00:00.000000+00:00','1795456800001-0',7,'{broken');
CREATE TABLE "Signal Rule" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	rule_name TEXT, 
	enabled BIGINT, 
	connection TEXT, 
	address TEXT, 
	value_path TEXT, 
	ci TEXT, 
	event_kind TEXT, 
	condition TEXT, 
	condition_value TEXT, 
	on_delay_seconds FLOAT, 
	off_delay_seconds FLOAT, 
	PRIMARY KEY (name)
);
INSERT INTO "Signal Rule" VALUES('AR-042 offline','2026-11-24T03:17:10.845832+00:00','2026-11-24T03:17:10.845832+00:00','AR-042 offline',1,'Cell Broker','demo-plant/final-assembly/assembly-line-3/AR-042/status','state','AR-042','Line Stop','=','OFFLINE',0.0,0.0);
INSERT INTO "Signal Rule" VALUES('SW-L3-043 lost','2026-11-24T03:17:10.941715+00:00','2026-11-24T03:17:10.941715+00:00','SW-L3-043 lost',1,'Line Controller','ns=2;s=SW-L3-043.Reachable',NULL,'SW-L3-043','Line Stop','=','false',0.0,0.0);
CREATE TABLE "Signal State" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	state_key TEXT, 
	signal_rule TEXT, 
	address TEXT, 
	ci TEXT, 
	event_kind TEXT, 
	phase TEXT, 
	value TEXT, 
	since TEXT, 
	due_at TEXT, 
	pending_signal TEXT, 
	PRIMARY KEY (name)
);
INSERT INTO "Signal State" VALUES('u3r6ppt41w','2026-11-24T03:17:11.589510+00:00','2026-11-24T03:17:15.138364+00:00','b76e1aa43243402585987c3ca7947a2330aa048eeacb15462b54f67a27a81ed2','AR-042 offline','demo-plant/final-assembly/assembly-line-3/AR-042/status','AR-042','Line Stop','Active','OFFLINE','2026-11-23T14:00:00.000000+00:00',NULL,NULL);
CREATE TABLE "User" (
	name TEXT NOT NULL, 
	creation TEXT, 
	modified TEXT, 
	email TEXT, 
	first_name TEXT, 
	last_name TEXT, 
	enabled BIGINT, 
	send_welcome_email BIGINT, 
	PRIMARY KEY (name)
);
INSERT INTO "User" VALUES('petra.production@demo-plant.example','2026-11-24T03:17:08.787808+00:00','2026-11-24T03:17:08.787808+00:00','petra.production@demo-plant.example','Petra','Produktion',1,0);
INSERT INTO "User" VALUES('ingo.it@demo-plant.example','2026-11-24T03:17:08.790747+00:00','2026-11-24T03:17:08.790747+00:00','ingo.it@demo-plant.example','Ingo','Informatik',1,0);
INSERT INTO "User" VALUES('romy.robotics@demo-plant.example','2026-11-24T03:17:08.880891+00:00','2026-11-24T03:17:08.880891+00:00','romy.robotics@demo-plant.example','Romy','Robotik',1,0);
CREATE TABLE _changes (
	doctype TEXT NOT NULL, 
	writes BIGINT, 
	PRIMARY KEY (doctype)
);
INSERT INTO "_changes" VALUES('CI Class',20);
INSERT INTO "_changes" VALUES('CI Relation',8);
INSERT INTO "_changes" VALUES('CI Relation Type',5);
INSERT INTO "_changes" VALUES('Line Responsible',9);
INSERT INTO "_changes" VALUES('Line Shift',9);
INSERT INTO "_changes" VALUES('Network Segment',1);
INSERT INTO "_changes" VALUES('Network Segment Member',10);
INSERT INTO "_changes" VALUES('OT CI',13);
INSERT INTO "_changes" VALUES('Plant Area',1);
INSERT INTO "_changes" VALUES('Plant Site',1);
INSERT INTO "_changes" VALUES('Production Line',3);
INSERT INTO "_changes" VALUES('OT Connection',2);
INSERT INTO "_changes" VALUES('OT Connection State',12);
INSERT INTO "_changes" VALUES('OT Signal Event',9);
INSERT INTO "_changes" VALUES('Signal Dead Letter',1);
INSERT INTO "_changes" VALUES('Signal Rule',2);
INSERT INTO "_changes" VALUES('Signal State',9);
INSERT INTO "_changes" VALUES('Line Stop',19);
INSERT INTO "_changes" VALUES('Line Stop Cost Model',3);
INSERT INTO "_changes" VALUES('Line Stop Line',5);
INSERT INTO "_changes" VALUES('Outbox Entry',28);
INSERT INTO "_changes" VALUES('Plant ITSM Settings',0);
INSERT INTO "_changes" VALUES('Currency',20);
INSERT INTO "_changes" VALUES('Has Role',3);
INSERT INTO "_changes" VALUES('HD Ticket',5);
INSERT INTO "_changes" VALUES('HD Ticket Comment',4);
INSERT INTO "_changes" VALUES('HD Ticket Priority',4);
INSERT INTO "_changes" VALUES('HD Ticket Type',1);
INSERT INTO "_changes" VALUES('Notification Log',0);
INSERT INTO "_changes" VALUES('Role',4);
INSERT INTO "_changes" VALUES('User',3);
CREATE TABLE _fields (
	doctype TEXT NOT NULL, 
	fieldname TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	PRIMARY KEY (doctype, fieldname)
);
INSERT INTO "_fields" VALUES('CI Class','name','text');
INSERT INTO "_fields" VALUES('CI Class','creation','datetime');
INSERT INTO "_fields" VALUES('CI Class','modified','datetime');
INSERT INTO "_fields" VALUES('CI Class','class_name','text:unique');
INSERT INTO "_fields" VALUES('CI Class','service_layer','text');
INSERT INTO "_fields" VALUES('CI Class','ci_type','text');
INSERT INTO "_fields" VALUES('CI Class','description','text');
INSERT INTO "_fields" VALUES('CI Relation','name','text');
INSERT INTO "_fields" VALUES('CI Relation','creation','datetime');
INSERT INTO "_fields" VALUES('CI Relation','modified','datetime');
INSERT INTO "_fields" VALUES('CI Relation','source_ci','text');
INSERT INTO "_fields" VALUES('CI Relation','relation_type','text');
INSERT INTO "_fields" VALUES('CI Relation','target_ci','text');
INSERT INTO "_fields" VALUES('CI Relation Type','name','text');
INSERT INTO "_fields" VALUES('CI Relation Type','creation','datetime');
INSERT INTO "_fields" VALUES('CI Relation Type','modified','datetime');
INSERT INTO "_fields" VALUES('CI Relation Type','relation_name','text:unique');
INSERT INTO "_fields" VALUES('CI Relation Type','failure_travels','text');
INSERT INTO "_fields" VALUES('CI Relation Type','description','text');
INSERT INTO "_fields" VALUES('Line Responsible','name','text');
INSERT INTO "_fields" VALUES('Line Responsible','creation','datetime');
INSERT INTO "_fields" VALUES('Line Responsible','modified','datetime');
INSERT INTO "_fields" VALUES('Line Responsible','parent','text');
INSERT INTO "_fields" VALUES('Line Responsible','parenttype','text');
INSERT INTO "_fields" VALUES('Line Responsible','parentfield','text');
INSERT INTO "_fields" VALUES('Line Responsible','idx','int');
INSERT INTO "_fields" VALUES('Line Responsible','role','text');
INSERT INTO "_fields" VALUES('Line Responsible','user','text');
INSERT INTO "_fields" VALUES('Line Shift','name','text');
INSERT INTO "_fields" VALUES('Line Shift','creation','datetime');
INSERT INTO "_fields" VALUES('Line Shift','modified','datetime');
INSERT INTO "_fields" VALUES('Line Shift','parent','text');
INSERT INTO "_fields" VALUES('Line Shift','parenttype','text');
INSERT INTO "_fields" VALUES('Line Shift','parentfield','text');
INSERT INTO "_fields" VALUES('Line Shift','idx','int');
INSERT INTO "_fields" VALUES('Line Shift','shift_name','text');
INSERT INTO "_fields" VALUES('Line Shift','start_time','time');
INSERT INTO "_fields" VALUES('Line Shift','end_time','time');
INSERT INTO "_fields" VALUES('Network Segment','name','text');
INSERT INTO "_fields" VALUES('Network Segment','creation','datetime');
INSERT INTO "_fields" VALUES('Network Segment','modified','datetime');
INSERT INTO "_fields" VALUES('Network Segment','segment_name','text:unique');
INSERT INTO "_fields" VALUES('Network Segment','plant_site','text');
INSERT INTO "_fields" VALUES('Network Segment','protocol','text');
INSERT INTO "_fields" VALUES('Network Segment','vlan_id','int');
INSERT INTO "_fields" VALUES('Network Segment Member','name','text');
INSERT INTO "_fields" VALUES('Network Segment Member','creation','datetime');
INSERT INTO "_fields" VALUES('Network Segment Member','modified','datetime');
INSERT INTO "_fields" VALUES('Network Segment Member','parent','text');
INSERT INTO "_fields" VALUES('Network Segment Member','parenttype','text');
INSERT INTO "_fields" VALUES('Network Segment Member','parentfield','text');
INSERT INTO "_fields" VALUES('Network Segment Member','idx','int');
INSERT INTO "_fields" VALUES('Network Segment Member','ci','text');
INSERT INTO "_fields" VALUES('Network Segment Member','role','text');
INSERT INTO "_fields" VALUES('Network Segment Member','ip_address','text');
INSERT INTO "_fields" VALUES('OT CI','name','text');
INSERT INTO "_fields" VALUES('OT CI','creation','datetime');
INSERT INTO "_fields" VALUES('OT CI','modified','datetime');
INSERT INTO "_fields" VALUES('OT CI','ci_name','text:unique');
INSERT INTO "_fields" VALUES('OT CI','title','text');
INSERT INTO "_fields" VALUES('OT CI','ci_class','text');
INSERT INTO "_fields" VALUES('OT CI','status','text');
INSERT INTO "_fields" VALUES('OT CI','plant_site','text');
INSERT INTO "_fields" VALUES('OT CI','production_line','text');
INSERT INTO "_fields" VALUES('OT CI','line_effect','text');
INSERT INTO "_fields" VALUES('OT CI','manufacturer','text');
INSERT INTO "_fields" VALUES('OT CI','model','text');
INSERT INTO "_fields" VALUES('OT CI','serial_no','text');
INSERT INTO "_fields" VALUES('OT CI','description','text');
INSERT INTO "_fields" VALUES('Plant Area','name','text');
INSERT INTO "_fields" VALUES('Plant Area','creation','datetime');
INSERT INTO "_fields" VALUES('Plant Area','modified','datetime');
INSERT INTO "_fields" VALUES('Plant Area','area_name','text:unique');
INSERT INTO "_fields" VALUES('Plant Area','plant_site','text');
INSERT INTO "_fields" VALUES('Plant Site','name','text');
INSERT INTO "_fields" VALUES('Plant Site','creation','datetime');
INSERT INTO "_fields" VALUES('Plant Site','modified','datetime');
INSERT INTO "_fields" VALUES('Plant Site','site_name','text:unique');
INSERT INTO "_fields" VALUES('Plant Site','time_zone','text');
INSERT INTO "_fields" VALUES('Plant Site','currency','text');
INSERT INTO "_fields" VALUES('Production Line','name','text');
INSERT INTO "_fields" VALUES('Production Line','creation','datetime');
INSERT INTO "_fields" VALUES('Production Line','modified','datetime');
INSERT INTO "_fields" VALUES('Production Line','line_name','text:unique');
INSERT INTO "_fields" VALUES('Production Line','business_service','text');
INSERT INTO "_fields" VALUES('Production Line','plant_area','text');
INSERT INTO "_fields" VALUES('Production Line','product','text');
INSERT INTO "_fields" VALUES('Production Line','units_per_shift','int');
INSERT INTO "_fields" VALUES('OT Connection','name','text');
INSERT INTO "_fields" VALUES('OT Connection','creation','datetime');
INSERT INTO "_fields" VALUES('OT Connection','modified','datetime');
INSERT INTO "_fields" VALUES('OT Connection','connection_name','text:unique');
INSERT INTO "_fields" VALUES('OT Connection','protocol','text');
INSERT INTO "_fields" VALUES('OT Connection','enabled','check');
INSERT INTO "_fields" VALUES('OT Connection','plant_site','text');
INSERT INTO "_fields" VALUES('OT Connection','username','text');
INSERT INTO "_fields" VALUES('OT Connection','password','text');
INSERT INTO "_fields" VALUES('OT Connection','host','text');
INSERT INTO "_fields" VALUES('OT Connection','port','int');
INSERT INTO "_fields" VALUES('OT Connection','mqtt_version','text');
INSERT INTO "_fields" VALUES('OT Connection','client_id','text');
INSERT INTO "_fields" VALUES('OT Connection','session_expiry_seconds','int');
INSERT INTO "_fields" VALUES('OT Connection','keepalive_seconds','int');
INSERT INTO "_fields" VALUES('OT Connection','payload_format','text');
INSERT INTO "_fields" VALUES('OT Connection','timestamp_path','text');
INSERT INTO "_fields" VALUES('OT Connection','max_payload_bytes','int');
INSERT INTO "_fields" VALUES('OT Connection','use_tls','check');
INSERT INTO "_fields" VALUES('OT Connection','endpoint_url','text');
INSERT INTO "_fields" VALUES('OT Connection','security_policy','text');
INSERT INTO "_fields" VALUES('OT Connection','security_mode','text');
INSERT INTO "_fields" VALUES('OT Connection','publishing_interval_ms','int');
INSERT INTO "_fields" VALUES('OT Connection','queue_size','int');
INSERT INTO "_fields" VALUES('OT Connection','ca_certificate_path','text');
INSERT INTO "_fields" VALUES('OT Connection','client_certificate_path','text');
INSERT INTO "_fields" VALUES('OT Connection','private_key_path','text');
INSERT INTO "_fields" VALUES('OT Connection State','name','text');
INSERT INTO "_fields" VALUES('OT Connection State','creation','datetime');
INSERT INTO "_fields" VALUES('OT Connection State','modified','datetime');
INSERT INTO "_fields" VALUES('OT Connection State','connection','text:unique');
INSERT INTO "_fields" VALUES('OT Connection State','fence_token','int');
INSERT INTO "_fields" VALUES('OT Connection State','stream_cursor','text');
INSERT INTO "_fields" VALUES('OT Connection State','last_signal_at','datetime');
INSERT INTO "_fields" VALUES('OT Connection State','received','int');
INSERT INTO "_fields" VALUES('OT Connection State','events','int');
INSERT INTO "_fields" VALUES('OT Connection State','suppressed','int');
INSERT INTO "_fields" VALUES('OT Connection State','dead_lettered','int');
INSERT INTO "_fields" VALUES('OT Signal Event','name','text');
INSERT INTO "_fields" VALUES('OT Signal Event','creation','datetime');
INSERT INTO "_fields" VALUES('OT Signal Event','modified','datetime');
INSERT INTO "_fields" VALUES('OT Signal Event','event_key','text:unique');
INSERT INTO "_fields" VALUES('OT Signal Event','signal_rule','text');
INSERT INTO "_fields" VALUES('OT Signal Event','ci','text');
INSERT INTO "_fields" VALUES('OT Signal Event','event_kind','text');
INSERT INTO "_fields" VALUES('OT Signal Event','transition','text');
INSERT INTO "_fields" VALUES('OT Signal Event','line_stop','text');
INSERT INTO "_fields" VALUES('OT Signal Event','connection','text');
INSERT INTO "_fields" VALUES('OT Signal Event','address','text');
INSERT INTO "_fields" VALUES('OT Signal Event','value','text');
INSERT INTO "_fields" VALUES('OT Signal Event','source_time','datetime');
INSERT INTO "_fields" VALUES('OT Signal Event','received_time','datetime');
INSERT INTO "_fields" VALUES('Signal Dead Letter','name','text');
INSERT INTO "_fields" VALUES('Signal Dead Letter','creation','datetime');
INSERT INTO "_fields" VALUES('Signal Dead Letter','modified','datetime');
INSERT INTO "_fields" VALUES('Signal Dead Letter','connection','text');
INSERT INTO "_fields" VALUES('Signal Dead Letter','address','text');
INSERT INTO "_fields" VALUES('Signal Dead Letter','reason','text');
INSERT INTO "_fields" VALUES('Signal Dead Letter','received_time','datetime');
INSERT INTO "_fields" VALUES('Signal Dead Letter','stream_id','text');
INSERT INTO "_fields" VALUES('Signal Dead Letter','payload_bytes','int');
INSERT INTO "_fields" VALUES('Signal Dead Letter','payload','text');
INSERT INTO "_fields" VALUES('Signal Rule','name','text');
INSERT INTO "_fields" VALUES('Signal Rule','creation','datetime');
INSERT INTO "_fields" VALUES('Signal Rule','modified','datetime');
INSERT INTO "_fields" VALUES('Signal Rule','rule_name','text:unique');
INSERT INTO "_fields" VALUES('Signal Rule','enabled','check');
INSERT INTO "_fields" VALUES('Signal Rule','connection','text');
INSERT INTO "_fields" VALUES('Signal Rule','address','text');
INSERT INTO "_fields" VALUES('Signal Rule','value_path','text');
INSERT INTO "_fields" VALUES('Signal Rule','ci','text');
INSERT INTO "_fields" VALUES('Signal Rule','event_kind','text');
INSERT INTO "_fields" VALUES('Signal Rule','condition','text');
INSERT INTO "_fields" VALUES('Signal Rule','condition_value','text');
INSERT INTO "_fields" VALUES('Signal Rule','on_delay_seconds','float');
INSERT INTO "_fields" VALUES('Signal Rule','off_delay_seconds','float');
INSERT INTO "_fields" VALUES('Signal State','name','text');
INSERT INTO "_fields" VALUES('Signal State','creation','datetime');
INSERT INTO "_fields" VALUES('Signal State','modified','datetime');
INSERT INTO "_fields" VALUES('Signal State','state_key','text:unique');
INSERT INTO "_fields" VALUES('Signal State','signal_rule','text');
INSERT INTO "_fields" VALUES('Signal State','address','text');
INSERT INTO "_fields" VALUES('Signal State','ci','text');
INSERT INTO "_fields" VALUES('Signal State','event_kind','text');
INSERT INTO "_fields" VALUES('Signal State','phase','text');
INSERT INTO "_fields" VALUES('Signal State','value','text');
INSERT INTO "_fields" VALUES('Signal State','since','datetime');
INSERT INTO "_fields" VALUES('Signal State','due_at','datetime');
INSERT INTO "_fields" VALUES('Signal State','pending_signal','json');
INSERT INTO "_fields" VALUES('Line Stop','name','text');
INSERT INTO "_fields" VALUES('Line Stop','creation','datetime');
INSERT INTO "_fields" VALUES('Line Stop','modified','datetime');
INSERT INTO "_fields" VALUES('Line Stop','title','text');
INSERT INTO "_fields" VALUES('Line Stop','kind','text');
INSERT INTO "_fields" VALUES('Line Stop','status','text');
INSERT INTO "_fields" VALUES('Line Stop','root_ci','text');
INSERT INTO "_fields" VALUES('Line Stop','onset','datetime');
INSERT INTO "_fields" VALUES('Line Stop','detected_at','datetime');
INSERT INTO "_fields" VALUES('Line Stop','ended_at','datetime');
INSERT INTO "_fields" VALUES('Line Stop','duration_seconds','float');
INSERT INTO "_fields" VALUES('Line Stop','units_per_shift','int');
INSERT INTO "_fields" VALUES('Line Stop','cost_per_hour','money');
INSERT INTO "_fields" VALUES('Line Stop','currency','text');
INSERT INTO "_fields" VALUES('Line Stop','cost','money');
INSERT INTO "_fields" VALUES('Line Stop','not_priced','text');
INSERT INTO "_fields" VALUES('Line Stop','cost_explanation','text');
INSERT INTO "_fields" VALUES('Line Stop','description','text');
INSERT INTO "_fields" VALUES('Line Stop','signal_rule','text');
INSERT INTO "_fields" VALUES('Line Stop','connection','text');
INSERT INTO "_fields" VALUES('Line Stop','notified_roles','text');
INSERT INTO "_fields" VALUES('Line Stop','notified_users','text');
INSERT INTO "_fields" VALUES('Line Stop','hd_ticket','text');
INSERT INTO "_fields" VALUES('Line Stop','open_key','text:unique');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','name','text');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','creation','datetime');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','modified','datetime');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','production_line','text');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','valid_from','date');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','valid_to','date');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','cost_per_hour','money');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','currency','text');
INSERT INTO "_fields" VALUES('Line Stop Cost Model','note','text');
INSERT INTO "_fields" VALUES('Line Stop Line','name','text');
INSERT INTO "_fields" VALUES('Line Stop Line','creation','datetime');
INSERT INTO "_fields" VALUES('Line Stop Line','modified','datetime');
INSERT INTO "_fields" VALUES('Line Stop Line','parent','text');
INSERT INTO "_fields" VALUES('Line Stop Line','parenttype','text');
INSERT INTO "_fields" VALUES('Line Stop Line','parentfield','text');
INSERT INTO "_fields" VALUES('Line Stop Line','idx','int');
INSERT INTO "_fields" VALUES('Line Stop Line','production_line','text');
INSERT INTO "_fields" VALUES('Line Stop Line','state','text');
INSERT INTO "_fields" VALUES('Line Stop Line','product','text');
INSERT INTO "_fields" VALUES('Line Stop Line','units_per_shift','int');
INSERT INTO "_fields" VALUES('Line Stop Line','cost_per_hour','money');
INSERT INTO "_fields" VALUES('Line Stop Line','currency','text');
INSERT INTO "_fields" VALUES('Line Stop Line','cost_model','text');
INSERT INTO "_fields" VALUES('Line Stop Line','path','text');
INSERT INTO "_fields" VALUES('Line Stop Line','not_priced','text');
INSERT INTO "_fields" VALUES('Outbox Entry','name','text');
INSERT INTO "_fields" VALUES('Outbox Entry','creation','datetime');
INSERT INTO "_fields" VALUES('Outbox Entry','modified','datetime');
INSERT INTO "_fields" VALUES('Outbox Entry','outbox_key','text:unique');
INSERT INTO "_fields" VALUES('Outbox Entry','action','text');
INSERT INTO "_fields" VALUES('Outbox Entry','line_stop','text');
INSERT INTO "_fields" VALUES('Outbox Entry','status','text');
INSERT INTO "_fields" VALUES('Outbox Entry','attempts','int');
INSERT INTO "_fields" VALUES('Outbox Entry','next_attempt_at','datetime');
INSERT INTO "_fields" VALUES('Outbox Entry','done_at','datetime');
INSERT INTO "_fields" VALUES('Outbox Entry','last_error','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','name','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','creation','datetime');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','modified','datetime');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','line_stop_priority','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','degraded_priority','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','ticket_type','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','raised_by','text');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','notify_by_email','check');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','drain_batch_size','int');
INSERT INTO "_fields" VALUES('Plant ITSM Settings','lease_seconds','int');
INSERT INTO "_fields" VALUES('Currency','name','text');
INSERT INTO "_fields" VALUES('Currency','creation','datetime');
INSERT INTO "_fields" VALUES('Currency','modified','datetime');
INSERT INTO "_fields" VALUES('Currency','currency_name','text:unique');
INSERT INTO "_fields" VALUES('Currency','fraction_units','int');
INSERT INTO "_fields" VALUES('Has Role','name','text');
INSERT INTO "_fields" VALUES('Has Role','creation','datetime');
INSERT INTO "_fields" VALUES('Has Role','modified','datetime');
INSERT INTO "_fields" VALUES('Has Role','parent','text');
INSERT INTO "_fields" VALUES('Has Role','parenttype','text');
INSERT INTO "_fields" VALUES('Has Role','parentfield','text');
INSERT INTO "_fields" VALUES('Has Role','idx','int');
INSERT INTO "_fields" VALUES('Has Role','role','text');
INSERT INTO "_fields" VALUES('HD Ticket','name','text');
INSERT INTO "_fields" VALUES('HD Ticket','creation','datetime');
INSERT INTO "_fields" VALUES('HD Ticket','modified','datetime');
INSERT INTO "_fields" VALUES('HD Ticket','subject','text');
INSERT INTO "_fields" VALUES('HD Ticket','description','text');
INSERT INTO "_fields" VALUES('HD Ticket','raised_by','text');
INSERT INTO "_fields" VALUES('HD Ticket','status','text');
INSERT INTO "_fields" VALUES('HD Ticket','priority','text');
INSERT INTO "_fields" VALUES('HD Ticket','ticket_type','text');
INSERT INTO "_fields" VALUES('HD Ticket','plant_line_stop','text:unique');
INSERT INTO "_fields" VALUES('HD Ticket','plant_root_ci','text');
INSERT INTO "_fields" VALUES('HD Ticket','plant_production_line','text');
INSERT INTO "_fields" VALUES('HD Ticket','plant_units_per_shift','int');
INSERT INTO "_fields" VALUES('HD Ticket','plant_cost_per_hour','money');
INSERT INTO "_fields" VALUES('HD Ticket','plant_currency','text');
INSERT INTO "_fields" VALUES('HD Ticket Comment','name','text');
INSERT INTO "_fields" VALUES('HD Ticket Comment','creation','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Comment','modified','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Comment','reference_ticket','text');
INSERT INTO "_fields" VALUES('HD Ticket Comment','commented_by','text');
INSERT INTO "_fields" VALUES('HD Ticket Comment','content','text');
INSERT INTO "_fields" VALUES('HD Ticket Priority','name','text');
INSERT INTO "_fields" VALUES('HD Ticket Priority','creation','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Priority','modified','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Priority','integer_value','int');
INSERT INTO "_fields" VALUES('HD Ticket Type','name','text');
INSERT INTO "_fields" VALUES('HD Ticket Type','creation','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Type','modified','datetime');
INSERT INTO "_fields" VALUES('HD Ticket Type','priority','text');
INSERT INTO "_fields" VALUES('Notification Log','name','text');
INSERT INTO "_fields" VALUES('Notification Log','creation','datetime');
INSERT INTO "_fields" VALUES('Notification Log','modified','datetime');
INSERT INTO "_fields" VALUES('Notification Log','subject','text');
INSERT INTO "_fields" VALUES('Notification Log','for_user','text');
INSERT INTO "_fields" VALUES('Notification Log','type','text');
INSERT INTO "_fields" VALUES('Notification Log','email_content','text');
INSERT INTO "_fields" VALUES('Notification Log','document_type','text');
INSERT INTO "_fields" VALUES('Notification Log','document_name','text');
INSERT INTO "_fields" VALUES('Role','name','text');
INSERT INTO "_fields" VALUES('Role','creation','datetime');
INSERT INTO "_fields" VALUES('Role','modified','datetime');
INSERT INTO "_fields" VALUES('Role','role_name','text:unique');
INSERT INTO "_fields" VALUES('User','name','text');
INSERT INTO "_fields" VALUES('User','creation','datetime');
INSERT INTO "_fields" VALUES('User','modified','datetime');
INSERT INTO "_fields" VALUES('User','email','text:unique');
INSERT INTO "_fields" VALUES('User','first_name','text');
INSERT INTO "_fields" VALUES('User','last_name','text');
INSERT INTO "_fields" VALUES('User','enabled','check');
INSERT INTO "_fields" VALUES('User','send_welcome_email','check');
CREATE TABLE _naming_series (
	prefix TEXT NOT NULL, 
	current BIGINT, 
	PRIMARY KEY (prefix)
);
INSERT INTO "_naming_series" VALUES('LS-2026-',5);
INSERT INTO "_naming_series" VALUES('HD Ticket:',5);
CREATE UNIQUE INDEX "CI Class:class_name" ON "CI Class" (class_name);
CREATE UNIQUE INDEX "CI Relation Type:relation_name" ON "CI Relation Type" (relation_name);
CREATE INDEX "Line Responsible:parent" ON "Line Responsible" (parent);
CREATE INDEX "Line Shift:parent" ON "Line Shift" (parent);
CREATE UNIQUE INDEX "Network Segment:segment_name" ON "Network Segment" (segment_name);
CREATE INDEX "Network Segment Member:parent" ON "Network Segment Member" (parent);
CREATE UNIQUE INDEX "OT CI:ci_name" ON "OT CI" (ci_name);
CREATE UNIQUE INDEX "Plant Area:area_name" ON "Plant Area" (area_name);
CREATE UNIQUE INDEX "Plant Site:site_name" ON "Plant Site" (site_name);
CREATE UNIQUE INDEX "Production Line:line_name" ON "Production Line" (line_name);
CREATE UNIQUE INDEX "OT Connection:connection_name" ON "OT Connection" (connection_name);
CREATE UNIQUE INDEX "OT Connection State:connection" ON "OT Connection State" (connection);
CREATE INDEX "OT Signal Event:received_time" ON "OT Signal Event" (received_time);
CREATE INDEX "OT Signal Event:line_stop" ON "OT Signal Event" (line_stop);
CREATE UNIQUE INDEX "OT Signal Event:event_key" ON "OT Signal Event" (event_key);
CREATE INDEX "Signal Rule:address" ON "Signal Rule" (address);
CREATE UNIQUE INDEX "Signal Rule:rule_name" ON "Signal Rule" (rule_name);
CREATE INDEX "Signal State:ci" ON "Signal State" (ci);
CREATE UNIQUE INDEX "Signal State:state_key" ON "Signal State" (state_key);
CREATE UNIQUE INDEX "Line Stop:open_key" ON "Line Stop" (open_key);
CREATE INDEX "Line Stop Line:parent" ON "Line Stop Line" (parent);
CREATE UNIQUE INDEX "Outbox Entry:outbox_key" ON "Outbox Entry" (outbox_key);
CREATE INDEX "Outbox Entry:next_attempt_at" ON "Outbox Entry" (next_attempt_at);
CREATE UNIQUE INDEX "Currency:currency_name" ON "Currency" (currency_name);
CREATE INDEX "Has Role:parent" ON "Has Role" (parent);
CREATE UNIQUE INDEX "HD Ticket:plant_line_stop" ON "HD Ticket" (plant_line_stop);
CREATE UNIQUE INDEX "Role:role_name" ON "Role" (role_name);
CREATE UNIQUE INDEX "User:email" ON "User" (email);
CREATE TRIGGER "CI Class:insert" AFTER INSERT ON "CI Class" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Class'; END;
CREATE TRIGGER "CI Class:update" AFTER UPDATE ON "CI Class" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Class'; END;
CREATE TRIGGER "CI Class:delete" AFTER DELETE ON "CI Class" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Class'; END;
CREATE TRIGGER "CI Relation:insert" AFTER INSERT ON "CI Relation" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation'; END;
CREATE TRIGGER "CI Relation:update" AFTER UPDATE ON "CI Relation" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation'; END;
CREATE TRIGGER "CI Relation:delete" AFTER DELETE ON "CI Relation" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation'; END;
CREATE TRIGGER "CI Relation Type:insert" AFTER INSERT ON "CI Relation Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation Type'; END;
CREATE TRIGGER "CI Relation Type:update" AFTER UPDATE ON "CI Relation Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation Type'; END;
CREATE TRIGGER "CI Relation Type:delete" AFTER DELETE ON "CI Relation Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'CI Relation Type'; END;
CREATE TRIGGER "Line Responsible:insert" AFTER INSERT ON "Line Responsible" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Responsible'; END;
CREATE TRIGGER "Line Responsible:update" AFTER UPDATE ON "Line Responsible" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Responsible'; END;
CREATE TRIGGER "Line Responsible:delete" AFTER DELETE ON "Line Responsible" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Responsible'; END;
CREATE TRIGGER "Line Shift:insert" AFTER INSERT ON "Line Shift" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Shift'; END;
CREATE TRIGGER "Line Shift:update" AFTER UPDATE ON "Line Shift" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Shift'; END;
CREATE TRIGGER "Line Shift:delete" AFTER DELETE ON "Line Shift" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Shift'; END;
CREATE TRIGGER "Network Segment:insert" AFTER INSERT ON "Network Segment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment'; END;
CREATE TRIGGER "Network Segment:update" AFTER UPDATE ON "Network Segment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment'; END;
CREATE TRIGGER "Network Segment:delete" AFTER DELETE ON "Network Segment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment'; END;
CREATE TRIGGER "Network Segment Member:insert" AFTER INSERT ON "Network Segment Member" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment Member'; END;
CREATE TRIGGER "Network Segment Member:update" AFTER UPDATE ON "Network Segment Member" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment Member'; END;
CREATE TRIGGER "Network Segment Member:delete" AFTER DELETE ON "Network Segment Member" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Network Segment Member'; END;
CREATE TRIGGER "OT CI:insert" AFTER INSERT ON "OT CI" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT CI'; END;
CREATE TRIGGER "OT CI:update" AFTER UPDATE ON "OT CI" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT CI'; END;
CREATE TRIGGER "OT CI:delete" AFTER DELETE ON "OT CI" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT CI'; END;
CREATE TRIGGER "Plant Area:insert" AFTER INSERT ON "Plant Area" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Area'; END;
CREATE TRIGGER "Plant Area:update" AFTER UPDATE ON "Plant Area" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Area'; END;
CREATE TRIGGER "Plant Area:delete" AFTER DELETE ON "Plant Area" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Area'; END;
CREATE TRIGGER "Plant Site:insert" AFTER INSERT ON "Plant Site" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Site'; END;
CREATE TRIGGER "Plant Site:update" AFTER UPDATE ON "Plant Site" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Site'; END;
CREATE TRIGGER "Plant Site:delete" AFTER DELETE ON "Plant Site" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant Site'; END;
CREATE TRIGGER "Production Line:insert" AFTER INSERT ON "Production Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Production Line'; END;
CREATE TRIGGER "Production Line:update" AFTER UPDATE ON "Production Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Production Line'; END;
CREATE TRIGGER "Production Line:delete" AFTER DELETE ON "Production Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Production Line'; END;
CREATE TRIGGER "OT Connection:insert" AFTER INSERT ON "OT Connection" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection'; END;
CREATE TRIGGER "OT Connection:update" AFTER UPDATE ON "OT Connection" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection'; END;
CREATE TRIGGER "OT Connection:delete" AFTER DELETE ON "OT Connection" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection'; END;
CREATE TRIGGER "OT Connection State:insert" AFTER INSERT ON "OT Connection State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection State'; END;
CREATE TRIGGER "OT Connection State:update" AFTER UPDATE ON "OT Connection State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection State'; END;
CREATE TRIGGER "OT Connection State:delete" AFTER DELETE ON "OT Connection State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Connection State'; END;
CREATE TRIGGER "OT Signal Event:insert" AFTER INSERT ON "OT Signal Event" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Signal Event'; END;
CREATE TRIGGER "OT Signal Event:update" AFTER UPDATE ON "OT Signal Event" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Signal Event'; END;
CREATE TRIGGER "OT Signal Event:delete" AFTER DELETE ON "OT Signal Event" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'OT Signal Event'; END;
CREATE TRIGGER "Signal Dead Letter:insert" AFTER INSERT ON "Signal Dead Letter" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Dead Letter'; END;
CREATE TRIGGER "Signal Dead Letter:update" AFTER UPDATE ON "Signal Dead Letter" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Dead Letter'; END;
CREATE TRIGGER "Signal Dead Letter:delete" AFTER DELETE ON "Signal Dead Letter" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Dead Letter'; END;
CREATE TRIGGER "Signal Rule:insert" AFTER INSERT ON "Signal Rule" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Rule'; END;
CREATE TRIGGER "Signal Rule:update" AFTER UPDATE ON "Signal Rule" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Rule'; END;
CREATE TRIGGER "Signal Rule:delete" AFTER DELETE ON "Signal Rule" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal Rule'; END;
CREATE TRIGGER "Signal State:insert" AFTER INSERT ON "Signal State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal State'; END;
CREATE TRIGGER "Signal State:update" AFTER UPDATE ON "Signal State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal State'; END;
CREATE TRIGGER "Signal State:delete" AFTER DELETE ON "Signal State" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Signal State'; END;
CREATE TRIGGER "Line Stop:insert" AFTER INSERT ON "Line Stop" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop'; END;
CREATE TRIGGER "Line Stop:update" AFTER UPDATE ON "Line Stop" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop'; END;
CREATE TRIGGER "Line Stop:delete" AFTER DELETE ON "Line Stop" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop'; END;
CREATE TRIGGER "Line Stop Cost Model:insert" AFTER INSERT ON "Line Stop Cost Model" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Cost Model'; END;
CREATE TRIGGER "Line Stop Cost Model:update" AFTER UPDATE ON "Line Stop Cost Model" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Cost Model'; END;
CREATE TRIGGER "Line Stop Cost Model:delete" AFTER DELETE ON "Line Stop Cost Model" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Cost Model'; END;
CREATE TRIGGER "Line Stop Line:insert" AFTER INSERT ON "Line Stop Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Line'; END;
CREATE TRIGGER "Line Stop Line:update" AFTER UPDATE ON "Line Stop Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Line'; END;
CREATE TRIGGER "Line Stop Line:delete" AFTER DELETE ON "Line Stop Line" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Line Stop Line'; END;
CREATE TRIGGER "Outbox Entry:insert" AFTER INSERT ON "Outbox Entry" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Outbox Entry'; END;
CREATE TRIGGER "Outbox Entry:update" AFTER UPDATE ON "Outbox Entry" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Outbox Entry'; END;
CREATE TRIGGER "Outbox Entry:delete" AFTER DELETE ON "Outbox Entry" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Outbox Entry'; END;
CREATE TRIGGER "Plant ITSM Settings:insert" AFTER INSERT ON "Plant ITSM Settings" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant ITSM Settings'; END;
CREATE TRIGGER "Plant ITSM Settings:update" AFTER UPDATE ON "Plant ITSM Settings" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant ITSM Settings'; END;
CREATE TRIGGER "Plant ITSM Settings:delete" AFTER DELETE ON "Plant ITSM Settings" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Plant ITSM Settings'; END;
CREATE TRIGGER "Currency:insert" AFTER INSERT ON "Currency" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Currency'; END;
CREATE TRIGGER "Currency:update" AFTER UPDATE ON "Currency" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Currency'; END;
CREATE TRIGGER "Currency:delete" AFTER DELETE ON "Currency" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Currency'; END;
CREATE TRIGGER "Has Role:insert" AFTER INSERT ON "Has Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Has Role'; END;
CREATE TRIGGER "Has Role:update" AFTER UPDATE ON "Has Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Has Role'; END;
CREATE TRIGGER "Has Role:delete" AFTER DELETE ON "Has Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Has Role'; END;
CREATE TRIGGER "HD Ticket:insert" AFTER INSERT ON "HD Ticket" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket'; END;
CREATE TRIGGER "HD Ticket:update" AFTER UPDATE ON "HD Ticket" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket'; END;
CREATE TRIGGER "HD Ticket:delete" AFTER DELETE ON "HD Ticket" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket'; END;
CREATE TRIGGER "HD Ticket Comment:insert" AFTER INSERT ON "HD Ticket Comment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Comment'; END;
CREATE TRIGGER "HD Ticket Comment:update" AFTER UPDATE ON "HD Ticket Comment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Comment'; END;
CREATE TRIGGER "HD Ticket Comment:delete" AFTER DELETE ON "HD Ticket Comment" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Comment'; END;
CREATE TRIGGER "HD Ticket Priority:insert" AFTER INSERT ON "HD Ticket Priority" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Priority'; END;
CREATE TRIGGER "HD Ticket Priority:update" AFTER UPDATE ON "HD Ticket Priority" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Priority'; END;
CREATE TRIGGER "HD Ticket Priority:delete" AFTER DELETE ON "HD Ticket Priority" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Priority'; END;
CREATE TRIGGER "HD Ticket Type:insert" AFTER INSERT ON "HD Ticket Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Type'; END;
CREATE TRIGGER "HD Ticket Type:update" AFTER UPDATE ON "HD Ticket Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Type'; END;
CREATE TRIGGER "HD Ticket Type:delete" AFTER DELETE ON "HD Ticket Type" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'HD Ticket Type'; END;
CREATE TRIGGER "Notification Log:insert" AFTER INSERT ON "Notification Log" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Notification Log'; END;
CREATE TRIGGER "Notification Log:update" AFTER UPDATE ON "Notification Log" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Notification Log'; END;
CREATE TRIGGER "Notification Log:delete" AFTER DELETE ON "Notification Log" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Notification Log'; END;
CREATE TRIGGER "Role:insert" AFTER INSERT ON "Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Role'; END;
CREATE TRIGGER "Role:update" AFTER UPDATE ON "Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Role'; END;
CREATE TRIGGER "Role:delete" AFTER DELETE ON "Role" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'Role'; END;
CREATE TRIGGER "User:insert" AFTER INSERT ON "User" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'User'; END;
CREATE TRIGGER "User:update" AFTER UPDATE ON "User" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'User'; END;
CREATE TRIGGER "User:delete" AFTER DELETE ON "User" BEGIN UPDATE _changes SET writes = writes + 1 WHERE doctype = 'User'; END;
COMMIT;
