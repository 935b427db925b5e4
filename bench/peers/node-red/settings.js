// As Node-RED's own template for settings, with what a server in production switches off.
module.exports = {
  flowFile: 'flows.json',
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.PORT),
  httpAdminRoot: false,
  functionExternalModules: true,
  credentialSecret: false,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false },
    modules: { allowInstall: false },
  },
  logging: { console: { level: 'warn', metrics: false, audit: false } },
}
