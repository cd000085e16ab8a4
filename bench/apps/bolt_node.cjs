// A Bolt for JavaScript app that only acknowledges.
const { App, LogLevel } = require("@slack/bolt");

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

app.command("/oms", async ({ ack }) => {
  await ack();
});

app.start({ port: Number(process.argv[2]), host: "127.0.0.1" });
