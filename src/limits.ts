// Every number that bounds something: its unit is in its name, its reason beside it.
// Nothing else in the house may hide a limit; tests hold each one from both sides.
import { consoleLimits } from './console-limits.ts'
import { deliveryLimits } from './delivery-limits.ts'

export const limits = {
  // -- what comes in
  /** Stripe and GitHub stay far below; larger bodies are refused with 413 before they are read. */
  bodyBytesMax: 1024 * 1024,
  /** Of all that are still being read; past it no large one is begun or read on: the sender comes again. */
  bodiesReadBytesMax: 64 * 1024 * 1024,
  /** Node's own cap on the header block, stated so that it cannot change under us. */
  headerBytesMax: 16 * 1024,
  /** From the first byte of a connection, or of its next request, to the end of the headers. */
  headersReadMsMax: 10_000,
  /** A sender that drips its body holds a socket, never longer than this. */
  bodyReadMsMax: 10_000,
  /** Headers and body together. No sender among the known 80 takes more than a second. */
  requestReadMsMax: 15_000,
  /** How often Node looks for connections past the two above: its own 30 s would triple them. */
  connectionsCheckMs: 1000,
  /** An answer of which the client takes nothing for so long is thrown away, with its connection. */
  answerStallMsMax: 10_000,
  /** An answer that is complete must be taken within this: 1.5 MB of the API's documentation at 100 kB/s. */
  answerTakenMsMax: 15_000,
  /** Of a large file that anybody may ask for: a piece, and one so often for all who ask, 30 MB a second together. */
  fileBytesAtOnce: 64 * 1024,
  filePieceMs: 2,
  /** Senders reuse connections; longer than the usual 60 s of a proxy in front of us. */
  keepAliveMs: 65_000,
  /** A connection that has brought no webhook we believed waits no longer than this for its next request. */
  strangerKeepAliveMs: 5000,
  /**
   * Open connections: ten times what the busiest senders hold, some 20 kB each while they say
   * nothing, and few enough for the usual limit of open files where a service has one (65 536, or
   * 16 384). Past it a newcomer is dropped, and the idle are closed to make room for its next try.
   */
  connectionsMax: 8192,
  /** How often the idle are closed to make room; more would break off whoever has just come back. */
  makeRoomMs: 1000,
  /** Deeper JSON has no sender among the known 80; it only serves to overflow a stack. */
  jsonDepthMax: 64,
  /** Auth0 log streams send up to 100 in one request. */
  eventsPerRequestMax: 1000,
  /** Longer keys are replaced by their SHA-256: an index row must stay small. */
  eventKeyCharsMax: 200,
  eventTypeCharsMax: 200,
  /** Requests waiting for a commit, over all sources; beyond it 503, so memory stays bounded. */
  waitingRequestsMax: 4096,
  waitingBytesMax: 64 * 1024 * 1024,
  /** Rows and bytes of one INSERT: past this the statement itself becomes the latency. */
  batchEventsMax: 512,
  batchBytesMax: 4 * 1024 * 1024,
  /** A request whose commit takes longer is answered 503; the sender's repeat is harmless. */
  recordMsMax: 2000,
  /** Finding the source of a request that is not in memory; with the one above, an answer within 3 s. */
  findSourceMsMax: 900,
  /** A connection for recording, or for finding a source, that is silent for so long is given up. */
  recordSilenceMs: 2500,
  /** A new connection to the database; short, so that the first answer after an outage comes soon. */
  databaseConnectMs: 2000,
  /** A connection whose statement gets no byte for so long is given up: longer than any question may take. */
  databaseSilenceMs: 10_000,
  /** How soon a relay looks again whether another one has finished migrating. */
  migrateAgainMs: 200,
  /** How long a migration waits for a table that is in use, and everybody behind it. */
  migrationLockMs: 1000,
  /** A migration may say nothing for so long: an index over a large table is built in silence. */
  migrationSilenceMs: 30 * 60_000,
  /** Samples of refused requests kept per source; older ones make room. */
  rejectionsPerSourceMax: 200,
  /** At most so many refused samples are written a second by one relay; the rest are only counted. */
  rejectionsPerSecondMax: 50,
  rejectionBodyBytesMax: 8 * 1024,
  /** What has more places that may be addresses is not kept where somebody was erased: anybody may send it. */
  rejectionAddressesMax: 200,
  /** Samples in memory while the database is slow. */
  rejectionsWaitingMax: 200,
  /** How long refusals are counted in memory before they are written. */
  refusalsCountedMs: 1000,
  /** What a sender is asked to wait when its fate is unknown. */
  retryAfterSeconds: 5,

  /** PHP's own limit, with which the senders of such forms live. */
  formFieldsMax: 1000,
  formDepthMax: 16,
  /** RFC 2046 allows 70. */
  boundaryBytesMax: 70,
  xmlElementsMax: 5000,

  /** A handshake's body is a few words; a longer one fits no pattern. */
  handshakeBodyBytesMax: 1000,
  /** A challenge or number that an answer repeats; longer text is cut. */
  answerValueCharsMax: 1000,

  // -- proof
  credentialsPerSourceMax: 10,
  /** Signatures tried in one header (rotation sends two or three). */
  signaturesPerHeaderMax: 16,
  signatureCharsMax: 8192,
  /** What must be parsed before it is proven: 4 ms of work at most. The senders concerned stay below 20 kB. */
  parsedBeforeProofBytesMax: 96 * 1024,
  toleranceSecondsDefault: 300,
  jwksBytesMax: 256 * 1024,
  jwksKeysMax: 64,
  jwksFetchMsMax: 2000,
  /** A key set is asked for again at most this often, also after failures and for unknown key ids. */
  jwksCooldownMs: 15_000,
  jwksAgeMsMax: 10 * 60_000,
  /** How long a key set is still believed while it cannot be fetched: a revoked key must end some day. */
  jwksStaleMsMax: 24 * 3_600_000,
  /** Keys whose address or id came with a request, never asked for before: a forger must not make us a crawler. */
  newForeignKeysPerMinuteMax: 60,
  /** A certificate has a dozen; what has more is not looked through. */
  certificateExtensionsMax: 100,
  /** Remote key sets kept in memory; the least recently used makes room. */
  keySetsMax: 1000,
  /** Key ids remembered as not in a key set, so that inventing ids costs one fetch, not many. */
  absentKeyIdsMax: 100,
  absentKeyIdCharsMax: 200,
  /** A mismatch is explained by trying other readings of the secret, for small bodies only. */
  hintBodyBytesMax: 16 * 1024,

  // -- rules
  rulesPerSourceMax: 50,
  conditionDepthMax: 6,
  conditionLeavesMax: 100,
  eventPatternsPerRuleMax: 50,
  emailPathsPerRuleMax: 20,
  pathCharsMax: 500,
  /** Nodes one path may yield before it counts as "too many". */
  pathNodesMax: 1000,
  /** Work of one path over one value, in nodes looked at: any body once; 30 ms at worst. */
  pathStepsMax: 600_000,
  /** Work of all rules of a source over one request: later rules and events are told that it is spent. */
  planStepsMax: 1_200_000,
  /** So much of it at once, 2 ms; a request that needs more is begun anew on the thread beside. */
  planStepsHereMax: 40_000,
  /** Bodies that are read beside: a smaller one is read within a millisecond. */
  asideBodyBytesMin: 32 * 1024,
  /** Requests of one source that wait for that thread; bodies of a megabyte each at worst. */
  asideWaitingPerSourceMax: 8,
  /** Of all sources together. */
  asideWaitingMax: 64,
  /** Together with the commit the answer still comes within 4 s. */
  asideWaitMsMax: 1500,
  /** One job takes 100 ms at worst, the start of the thread a second; what takes longer than this has gone wrong. */
  asideWorkMsMax: 15_000,
  asideHeapMegabytesMax: 256,
  /** The thread rests so many times as long as it has worked: a quarter of a core at most, and as much for recording. */
  asideRestTimes: 3,
  /** Sources whose rules are kept compiled on that thread. */
  asideRulebooksMax: 200,
  /** Deeper values are not searched by `..`; twice what a body may have, for what it may be wrapped in. */
  pathDepthMax: 128,
  /** Patterns of match() and search(). */
  patternCharsMax: 200,
  /** Instructions of a compiled pattern: what one character of text costs at worst. */
  patternStatesMax: 500,
  /** What a pattern taken from the value itself costs each time, before any text is looked at. */
  patternStepsPerUse: 2000,
  compiledPathsMax: 2000,
  compiledPatternsMax: 500,
  operandCharsMax: 1000,
  operandListMax: 200,
  ruleNameCharsMax: 100,
  campaignNameCharsMax: 100,
  emailCharsMax: 254,
  emailLocalBytesMax: 64,
  /** Longer strings cannot hold an address and are not searched for one. */
  emailInputCharsMax: 1000,
  /** Places of one text, such as the key of an event, that are looked at for an address. */
  addressesWithinMax: 64,
  traceValueCharsMax: 80,
  /** Clauses, and places of an email, that one event's trace keeps: its row must stay small. */
  traceClausesMax: 100,
  traceEmailsMax: 50,

  // -- MOAB
  /** The document asks for at least 15 s. */
  moabDeadlineMs: 25_000,
  moabConnectMs: 5_000,
  moabAnswerBytesMax: 64 * 1024,
  moabSnippetCharsMax: 300,
  /** Calls at once from one relay to one MOAB … */
  moabConnectionsMax: 32,
  /** … without those that have waited for longer than this: one campaign that hangs takes no place of others. */
  moabStalledMs: 1000,
  /** So many of those, each with a connection of its own; more do take places. */
  moabStalledMax: 96,
  /** Answers that are not written down yet: so many calls more may a crash repeat. */
  moabUnwrittenMax: 256,
  /** Hosts with open connections at once; the one used longest ago makes room. */
  moabOriginsMax: 16,
  /** A silence of the server shorter than this before its stated end still counts as alive. */
  moabKeepAliveMarginMs: 500,
  /** What a snippet is cut from; longer than the longest address, so that masking sees whole words. */
  moabSnippetSourceCharsMax: 1500,
  /** Larger codes are not MOAB's and do not fit the ledger's integer column. */
  moabCodeMax: 2_147_483_647,

  // -- the sandbox, which anyone who reaches the relay may call
  sandboxBodyBytesMax: 16 * 1024,
  /** Pairs of key and email remembered; the oldest are forgotten. */
  sandboxRegistrationsMax: 50_000,
  /** Calls held open on purpose (slow, drip); past it they are answered at once. */
  sandboxHeldMax: 200,
  /** Longer than the relay waits, as moab+slow is there to show it. */
  sandboxSlowMs: 30_000,
  /** Fifteen bytes at this pace take 30 s: longer than the relay waits as well. */
  sandboxDripMs: 2_000,

  ...deliveryLimits,

  // -- the house
  /** How often next month's partitions are looked after. */
  partitionsMs: 86_400_000,
  stopGraceMs: 30_000,

  // -- lookups
  /** One object at a provider's API; two of them, and their bookkeeping, fit into a lease. */
  lookupDeadlineMs: 10_000,
  lookupConnectMs: 5_000,
  /** A payment with everything about it takes a few kilobytes. */
  lookupAnswerBytesMax: 256 * 1024,
  /** Lookups under way in one relay, each with its event's body in memory. */
  lookupsAtOnceMax: 8,
  /** "Not found" is believed after so many answers: 5 s, 30 s, 2 m and 10 m apart. */
  lookupAbsencesMax: 5,
  /** Ids of objects are far shorter; an address stays one that every server takes. */
  lookupFieldCharsMax: 200,
  /** How soon a lookup is tried again whose source cannot be used at this moment. */
  lookupAgainMs: 30_000,
  /** One lookup of a source whose credential was refused, to see; longer each time, up to the second. */
  lookupProbeMs: 10 * 60_000,
  lookupProbeMsMax: 6 * 3_600_000,
  lookupAttemptsShownMax: 50,
  /**
   * What waits although its request is over (its period, and the 72 hours of a lookup) is told of for so long, then
   * it ends: time enough for whoever is away, and with the shortest period less than the 30 days that the law gives.
   */
  parkedToldMs: 7 * 86_400_000,

  // -- alarms
  /** How often health and the machine are looked at, and the next so many sources, 0.5 ms each. */
  alarmsMs: 15_000,
  alarmSourcesPerLook: 200,
  /** Due work older than this, though nothing holds it, means that somebody waits for too long. */
  queueAgeMsMax: 5 * 60_000,
  /** Signed times are judged within 300 s; a clock this far off is broken, and easily mended. */
  clockSkewMsMax: 5000,
  /** The smaller of both: a large volume is not in danger at its last twentieth. */
  diskFreeBytesMin: 2 * 1024 * 1024 * 1024,
  diskFreeShareMin: 0.05,
  /** What nobody has looked at for so long is gone, and its alarms with it: 48 000 sources take an hour. */
  alarmForgottenMs: 3_600_000,
  /** Silent: longer than the longest pause between its newest events, so many times, and never sooner. */
  sourceSilent: { silenceEvents: 20, silenceTimes: 3, silenceMsMin: 3_600_000 },
  /** The share of events with an email: that of the newest against that of those before. */
  emailMissing: { lookedAt: 300, recent: 30, earlierMin: 30, shareMin: 0.3, drop: 0.5 },

  // -- notices
  /** What is to be told is looked at so often; sends go on meanwhile. */
  noticesMs: 5000,
  /** A cause is told when it has stood for so long; what else comes meanwhile goes along. */
  noticeGatherMs: 30_000,
  /** Over is what has been over for so long: what comes and goes is one matter. */
  noticeOverMs: 5 * 60_000,
  /** Of one channel; past it causes are gathered until the hour allows more. */
  noticesPerHourMax: 10,
  noticeTestsPerHourMax: 10,
  /** Alarms that a notice holds; the others are counted. */
  noticeItemsMax: 20,
  /** Of one channel, told at once. */
  noticeCausesMax: 1000,
  /** What the text of alarms may take; nobody reads more. */
  noticeTextCharsMax: 3500,
  /** What Telegram takes, in units of UTF-16. */
  telegramCharsMax: 4096,
  /** Of a letter; more is cut off by whatever shows it. */
  noticeSubjectCharsMax: 150,
  /** Causes that begin to be told in one round: half a second of work. */
  noticeLaddersPerRound: 2000,
  /** Sends under way in one relay. */
  noticesAtOnceMax: 16,
  /** Name, connection, answer; a quarter of a lease. */
  noticeDeadlineMs: 15_000,
  /** The answer is for a person who looks why: its beginning is enough. */
  noticeAnswerBytesMax: 16 * 1024,
  noticeAnswerCharsMax: 200,
  /** A relay that dies again and again over one notice. */
  noticeAttemptsMax: 60,
  /** Failures in a row after which the channel is an alarm itself. */
  noticeFailuresMax: 3,
  noticeRecipientsMax: 10,
  noticeChannelsPerPartnerMax: 20,
  /** What was sent can be looked up for so long. */
  noticesKeptMs: 30 * 86_400_000,

  // -- questions
  pageRowsMax: 200,
  pageRowsDefault: 50,
  /** Rows that one page may look at, many of them side by side: then it ends with what it has found. */
  pageRowsSearchedMax: 5000,
  /** The same where an index leads to rows that surely lie so: a page of the disk for each, 10 µs where it is in memory. */
  pageRowsScatteredMax: 1500,
  /** A question that takes longer is ended by the database: it must not starve the work. */
  queryMsMax: 5000,
  /** The newest events, and refused requests, that `tail` looks at each time: a change of one is told. */
  tailRows: 100,
  /** Where more pages of them came between two looks the oldest are not told. */
  tailPagesMax: 10,
  /** Text to look for: longer than any type, name or id. */
  filterCharsMax: 200,
  /** How far a relay's clock, in its ids, may be from the database's, in the times. */
  idClockErrorMsMax: 24 * 3_600_000,
  /** One person's story: the newest events; and the newest calls of each grant. */
  storyEventsMax: 200,
  storyGrantsMax: 200,
  /** Where no key leads to a person: the newest events whose requests are read for the address, and how many are told. */
  namingEventsSearchedMax: 2000,
  namingToldMax: 20,
  /** Of them the newest of which is told what was paid, and the bytes of their requests. */
  storySumsMax: 100,
  storySumsBytesMax: 2 * 1024 * 1024,
  attemptsShownMax: 100,
  /** Replays and retries told of a page, or of one story. */
  replaysShownMax: 500,

  // -- done again, and in bulk
  /** Events of one dry run: some 5 s of reading and considering. */
  dryRunEventsMax: 10_000,
  /** Somebody waits for the answer; slow rules get no further in it. */
  dryRunMsMax: 20_000,
  /** Dry runs under way in one relay, and those that wait: each takes a part of the one processor. */
  dryRunsMax: 1,
  dryRunsWaitingMax: 3,
  /** Events read together with their bodies: 16 MB at worst. */
  historyPageEvents: 16,
  /** Of each count, in answers and plans. */
  examplesShown: 3,
  /** Keys of people asked for in one statement. */
  keysAtOnce: 500,

  /** Plans made at once in one relay, each with a connection and a list in memory; and those that wait. */
  plansMax: 1,
  plansWaitingMax: 3,
  /** Items of one job: more is planned in several. */
  jobItemsMax: 100_000,
  /** Finding them, and hashing how they are, may take so long; somebody waits for the plan. */
  planQueryMsMax: 8_000,
  /** A plan is looked at and confirmed within this; the world moves on. */
  planMs: 3_600_000,
  /** How long one that nobody confirmed can still be looked at. */
  planKeptMs: 3_600_000,
  /** A relay that has not written for so long has lost its job. */
  jobLeaseMs: 30_000,
  /** Then the next job has its turn. */
  jobTurnMs: 10_000,
  /** Items decided in one transaction; events are considered before it. */
  jobBatch: { retry: 200, replay: 16, import: 200 },
  /** Rows of one list of emails, and its bytes: so many addresses of ordinary length with a name each. */
  importRowsMax: 100_000,
  importBytesMax: 10 * 1024 * 1024,
  /** Lines with a mistake that a plan names. */
  importMistakesShown: 10,

  /** Rows that one statement of an export looks at: 50 ms of work, 2 MB of text. */
  exportRowsAtOnce: 5000,
  /** Exports under way in one relay, each with a connection of its own. */
  exportsAtOnceMax: 2,
  /** Its connection says nothing while the client takes its time: at most as long as an answer may stall. */
  exportSilenceMs: 20_000,
  /** An export holds a snapshot, which keeps the database from clearing up: not for ever. */
  exportMsMax: 30 * 60_000,

  /** A replica that is further behind answers about another day; `doctor` says so. */
  replicaBehindMsMax: 60_000,

  // -- statistics
  /** How often new hours are counted, and how long a round may take. */
  statsMs: 60_000,
  statsRoundMsMax: 20_000,
  /** An hour is counted so long after its end: by then what was recorded in it is committed. */
  statsLateMs: 2 * 60_000,
  /** An hour with rows that will change is counted anew so often, any other once a day. */
  statsOpenMs: 5 * 60_000,
  statsRecountMs: 86_400_000,
  /** Of each partner. */
  statsHoursPerRound: 50,
  /** Hours that one statement counts where none were counted yet: a second of work for a busy partner. */
  statsHoursAtOnce: 168,
  /** Rows of the last hours are counted when the question is asked. */
  statsLiveHours: 3,
  /** A question for more moments than this is one for longer steps. */
  statsMomentsMax: 2000,

  // -- signed links
  /** Ours have some 300 characters, a partner's with RSA under 1000; mail programs break longer links. */
  linkTokenCharsMax: 4096,
  linkCampaignCharsMax: 100,
  /** A change asked for through the API: names, a rule, a list of scopes. */
  changeBytesMax: 64 * 1024,
  tokenDaysMax: 3650,
  /** A link lies in somebody's mailbox as a bearer of a bonus: not for ever. */
  linkDaysMax: 366,
  linkDaysDefault: 30,
  /** What HS256 asks for (RFC 7518): everybody who gets a link may try to guess a shorter secret. */
  linkSecretBytesMin: 32,
  linksPerCallMax: 1000,
  /** So many addresses, and what stands around them. */
  linksCallBytesMax: 512 * 1024,
  /** Rows of a CSV that are signed and written together. */
  linksBatchMax: 500,
  /** One record of a CSV: past it somebody forgot to close a quote. */
  csvRecordCharsMax: 64 * 1024,
  /** After so many tries a page that waits for the database leaves it to the visitor. */
  visitRetriesMax: 3,

  // -- access
  passwordCharsMin: 10,
  /** Hashing must not be handed a book. */
  passwordCharsMax: 200,
  formBytesMax: 16 * 1024,
  /** Passwords checked at once: each takes 32 MB and a core for a moment. */
  passwordChecksMax: 2,
  passwordChecksWaitingMax: 20,
  /** Wrong tries for one email, and from one network, that cost no wait; then it doubles, up to so long. */
  signInFreeTries: { email: 5, network: 20 },
  signInWaitMsMax: 15 * 60_000,
  /** Between the password and the code. */
  signInStepMs: 5 * 60_000,
  /** From asking for a passkey to its answer: somebody looks for a phone, or types a PIN. */
  passkeyStepMs: 5 * 60_000,
  /** How long a challenge that was answered is remembered: longer than its step, whatever a relay's clock says. */
  passkeyChallengeMs: 3_600_000,
  /** More devices than anybody carries. */
  passkeysPerUserMax: 20,
  /** What WebAuthn allows a device to call a key. */
  passkeyIdBytesMax: 1023,
  /** Wrong tries are forgotten when there was none for so long. */
  signInForgetMs: 24 * 3_600_000,
  /** Nobody asks anything for so long: signed out; and after so long in any case. */
  sessionIdleMs: 12 * 3_600_000,
  sessionMs: 14 * 86_400_000,
  /** What is done once an hour, or a day, is done first between half of this and this after a start. */
  firstRoundMsMax: 120_000,
  /** How often what is over is cleared away. */
  tidyMs: 3_600_000,
  /** How exactly the last use of a session is known. */
  sessionTouchMs: 60_000,
  sessionsPerUserMax: 50,
  userAgentCharsMax: 200,
  invitationMs: 7 * 86_400_000,
  /** A link for a new password: whoever asked for it is waiting. */
  resetMs: 86_400_000,
  /** From leaving for the OpenID provider to coming back. */
  oidcStepMs: 10 * 60_000,
  /** Each question to the provider: somebody is waiting for the page. */
  oidcDeadlineMs: 5_000,
  /** What a provider says of itself is asked for again after so long. */
  oidcAgeMsMax: 3_600_000,
  /** People whose answer is checked with the provider at once, and those who wait for that. */
  oidcChecksMax: 8,
  oidcChecksWaitingMax: 64,
  /** Clocks of telephones: a code of the step before or after is right as well. */
  totpStepsOff: 1,
  /** How exactly the last use of a token, or of a credential, is known: one write a minute, not one a request. */
  tokenTouchMs: 60_000,
  credentialTouchMs: 60_000,

  /** The first answer is kept for a day: nobody repeats a request for longer. */
  idempotencyKeyMs: 86_400_000,
  idempotencyKeyCharsMax: 255,
  /** No change takes so long: whoever took a key and has not answered by then has died. */
  idempotentWorkMsMax: 60_000,
  /** Held in memory while it is compared; no route takes more. */
  idempotentBodyBytesMax: 4 * 1024 * 1024,
  idempotencyRetrySeconds: 1,
  /** Of one token at one relay: so many requests, and changes among them, in so many seconds. */
  apiQuotas: {
    requests: { quota: 3000, windowSeconds: 60 },
    changes: { quota: 300, windowSeconds: 60 },
  },
  /** Tokens whose use is remembered; the one used longest ago starts afresh. */
  apiQuotaTokensMax: 10_000,

  // -- the audit's chains
  auditChainMs: 15_000,
  /** An entry is left alone for so long: most transactions have ended by then, and ids come in order. */
  auditSettleMs: 3000,
  /** Looked through in every round; what comes to light later is found by the sweep. */
  auditLatelyMs: 10 * 60_000,
  /** 200 ms of work; ten million entries are swept in less than an hour. */
  auditSweptPerRound: 50_000,
  /** From each of both looks: hashing and inserting them takes half a second. */
  auditLinksPerRound: 5000,
  /** A relay that is silent for so long while it holds a chain loses it. */
  auditHoldMsMax: 10_000,
  /** A checkpoint after so many links, or after so long when there is anything new. */
  auditLinksPerCheckpoint: 1000,
  auditCheckpointMs: 5 * 60_000,
  /** No transaction of ours is open for so long: an entry that comes later with an older time was put there. */
  auditLateMsMax: 3_600_000,
  /** Links in memory while a chain is checked. */
  auditVerifiedAtOnce: 1000,
  /** A checkpoint has some 400 characters. */
  checkpointCharsMax: 4096,
  /** The published keys may be kept for so long. */
  jwksMaxAgeSeconds: 3600,

  // -- erasing people
  /** How long a relay may be silent before another carries on. */
  erasureLeaseMs: 30_000,
  /** How soon it is looked whether what was being sent has come to rest. */
  erasureAgainMs: 1000,
  /** Bodies searched in one statement: a tenth of a second. */
  erasureBodiesAtOnce: 2000,
  /** Keys of events, by their index. */
  erasureKeysAtOnce: 10_000,
  /** So long of searching, then others have their turn. */
  erasureTurnMs: 5000,
  /** A call whose grant was claimed so long ago has ended: its relay would have said so. */
  erasureLostMs: 40_000,
  /** Bodies that came so shortly before the request are searched once more at the end. */
  erasureRecentMs: 10 * 60_000,

  // -- a new master key
  resealedAtOnce: 200,
  /** Rows that are changed while they are looked at come again: so often at most. */
  resealPassesMax: 20,

  // -- retention
  retentionMs: 3_600_000,
  /** Removed, or looked through, in one transaction: a few milliseconds. */
  retentionRowsAtOnce: 1000,
  retentionRestMsMax: 1000,
  /** How long a month's table is waited for before it is left for the next time. */
  retentionLockMs: 200,

  /** Events, grants and calls in the copy that a person gets; nobody known has a tenth of it. */
  personRowsMax: 5000,
  /** And the bytes of their requests. */
  /** Of one partner: events and refused requests in which the address stands though no rule has found it. */
  personNamingMax: 100,
  personBodyBytesMax: 16 * 1024 * 1024,
  /** People looked through at once for who is affected. */
  concernedAtOnce: 1000,

  // -- the configuration file
  configFileBytesMax: 1024 * 1024,
  /** The deepest rule needs about 25 levels; more only serves to overflow a stack. */
  configDepthMax: 40,
  /** Keys are compared pair by pair for doubles; no mapping of ours has more than two dozen. */
  configKeysMax: 200,
  /** Mistakes told at once; nobody reads more. */
  configProblemsMax: 200,
  /** What was archived and has no past is kept so long for somebody to restore it. */
  archivedForgetMs: 30 * 86_400_000,
  campaignsPerPartnerMax: 1000,
  sourcesPerPartnerMax: 1000,
  /** Partners, sources and credentials. */
  nameCharsMax: 100,
  /** A chain of certificates; secrets are far shorter. */
  secretCharsMax: 16 * 1024,
  settingCharsMax: 2000,
  urlCharsMax: 2000,
  /** 128 random bits take 22 characters of base64url. */
  ingestKeyCharsMin: 16,
  ingestKeyCharsMax: 200,
  perSecondMin: 0.001,
  perSecondMax: 1000,
  /** Applies that meet another transaction head on are tried again so often. */
  applyTriesMax: 4,
  /** Entries of one INSERT: a statement takes 65 534 parameters. */
  auditBatchMax: 1000,

  // -- embedded database
  /** Crash recovery replays at most max_wal_size (1 GB): seconds on a disk, a minute on a bad one. */
  embeddedStartMsMax: 120_000,
  /** A fast shutdown writes one checkpoint; after this the server is told to stop at once. */
  embeddedStopMsMax: 20_000,
  /** How soon a server that died is noticed. */
  embeddedPollMs: 1000,
  /** Longest pause between two tries to start a server that will not. */
  embeddedBackoffMsMax: 30_000,
  /** A killed relay's lock goes with its connection, within this. */
  embeddedOwnerWaitMs: 5000,
  embeddedLogBytesMax: 5 * 1024 * 1024,
  /** Linux allows 107, macOS 103. */
  socketPathBytesMax: 100,

  ...consoleLimits,
} as const
