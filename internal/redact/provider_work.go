package redact

// workProviders are what is left: property, schools, the public sector, tools of trades.
var workProviders = []provider{
	{name: "instructure_token", what: "Canvas LMS, Moodle, Blackboard, Clever or Schoology token", source: "https://canvas.instructure.com/doc/api/", near: "canvaslms instructure moodle blackboard clever schoology", values: "{dec:4-5}~{an:64} {hex:32} {hex:40} {an:32}", common: true},
	{name: "intra42_secret", what: "42 intranet client secret", source: "https://api.intra.42.fr/apidoc", tokens: "s-s4t2ud-{hex:64} s-s4t2af-{hex:64}"},
	{name: "freemius_key", what: "Freemius secret key", source: "https://docs.freemius.com/", near: "freemius", values: "sk_{text:29}"},
	{name: "real_estate_key", what: "Zillow, Rentman, Guesty, Hostaway, Buildium or Lodgify key", source: "https://open-api-docs.guesty.com/", near: "zillow rentman guesty hostaway buildium lodgify smoobu", values: "X1-{an:15} X1-{url:20-30} {dot:150-600} {b64:43}= {hex:64} {uuid} {an:40}"},
	{name: "fleet_key", what: "Samsara, Motive, Geotab, Fleetio or Verizon Connect key", source: "https://developers.samsara.com/", tokens: "samsara_api_{an:30}", near: "samsara fleetio geotab keeptruckin", values: "{hex:40} {an:30} {uuid}"},
	{name: "construction_key", what: "Procore, Autodesk, PlanGrid, Fieldwire, Fulcrum or GoCanvas key", source: "https://aps.autodesk.com/developer/documentation", near: "procore autodesk forge plangrid fieldwire fulcrum gocanvas", values: "{hex:64} {an:32} {an:16} {hex:32} {hex:80} {low:80} {an:48}", common: true},
	{name: "video_security_key", what: "Eagle Eye, Verkada, Rhombus, Wyze or Ring key", source: "https://developer.eagleeyenetworks.com/", near: "eagleeyenetworks eagleeye verkada rhombus wyze", values: "{an:15} {uuid} {hex:64} {an:60} vkd_api_{hex:40}"},
	{name: "workforce_key", what: "Humanity, Deputy, Homebase, When I Work, Planyo or Holistic key", source: "https://developer.deputy.com/", near: "humanity deputy homebase wheniwork planyo holistic workstack timetastic", values: "{hex:32} {hex:40} {an:62} {hex:86} {hex:60-90} {hex:64} {low:40} {uuid}", common: true},
	{name: "laboratory_key", what: "SigOpt, Benchling, LabArchives or Quartzy key", source: "https://docs.benchling.com/", near: "sigopt benchling quartzy", values: "{up:48} sk_{an:22} {an:32}"},
	{name: "flat_key", what: "Flat, GetSandbox or Ditto key", source: "https://flat.io/developers/docs", near: "flat flatio getsandbox dittoword", values: "{hex:128} {hex:32} {uuid}.{hex:40}", common: true},
	{name: "powrbot_key", what: "Powrbot or Rows key", source: "https://rows.com/docs", near: "powrbot rowsapi", values: "{an:40} {an:50} {uuid}"},
	{name: "quickbase_key", what: "Quickbase, Knack, Ninox or Kintone key", source: "https://developer.quickbase.com/", near: "quickbase knack ninox kintone", values: "{low:6}_{low:4}_{low:4}_{low:40-48} {uuid} {an:40} {low:28-48}", common: true},
	{name: "carboninterface_key", what: "Carbon Interface or Skybox key", source: "https://docs.carboninterface.com/", near: "carboninterface skybox", values: "{an:20} {an:21-22} {hex:32}", common: true},
	{name: "fundraising_key", what: "Donorbox, Raisely, Bloomerang or Neon One key", source: "https://donorbox.org/", tokens: "prv_{uuid} pub_{uuid}", near: "donorbox raisely bloomerang neonone", values: "{url:80} {hex:64} {uuid}"},
	{name: "legal_key", what: "Clio, Ironclad, Juro or LawPay key", source: "https://docs.developers.clio.com/", near: "clio ironclad lawpay", values: "{an:40} {hex:40} {uuid}", common: true},
	{name: "energy_key", what: "Enphase, SolarEdge, Octopus Energy, UtilityAPI or Arcadia key", source: "https://developer-v4.enphase.com/", near: "enphase solaredge octopusenergy utilityapi arcadia", values: "{hex:32} {up:32} sk_live_{an:24} {hex:64}", common: true},
}
