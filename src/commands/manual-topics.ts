/** What an operator wants to know of gw beside its commands: terms and their explanation. */
export interface ManualTopic {
  readonly title: string;
  readonly entries: readonly (readonly [term: string, text: string])[];
}

/** The variables that gw reads; a test looks for each one that the program names. */
export const environmentTopic: ManualTopic = {
  title: "ENVIRONMENT",
  entries: [
    [
      "KRAKEND_<KEY>",
      "replaces a key at the root of the configuration, or adds it: KRAKEND_PORT=9000, KRAKEND_TIMEOUT=3s, KRAKEND_HOST=http://api:8000. A dot leads into an object: KRAKEND_TLS.MIN_VERSION.",
    ],
    [
      "GW_<KEY>",
      "the same; it wins over KRAKEND_<KEY>. A GW_PORT such as Kubernetes sets for a service called gw (tcp://...) is ignored with a warning.",
    ],
    ["GW_SHUTDOWN_DELAY", "the default of gw run --shutdown-delay, such as 10s."],
    ["GW_LOG_JSON", "1: both logs in JSON, one object a line."],
    ["GW_DEBUG", "1: an internal error shows where it happened."],
    [
      "NO_COLOR",
      "anything but empty: no colours in messages. There are none either where the output is no terminal.",
    ],
    ["TERM", "dumb: no colours."],
    [
      "SOURCE_DATE_EPOCH",
      "the date of the manual page, in seconds since 1970; today where it is absent.",
    ],
    [
      "FC_ENABLE",
      "no effect: templates are not rendered yet; gw run, check and embed say so where it is set.",
    ],
    [
      "HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
      "HTTP proxies for backends without and with TLS, and what is called without them, separated by " +
        "commas: names with all below them, .name for what is below alone, addresses, networks, * for " +
        "all. Lower case counts where upper case is not set.",
    ],
  ],
};

/** What is read and written. */
export const filesTopic: ManualTopic = {
  title: "FILES",
  entries: [
    ["*.yaml, *.yml", "configurations in YAML"],
    ["*.toml", "configurations in TOML"],
    [
      "any other name",
      "a configuration in JSON. There is no default path: without -c a command works with the configuration that the program carries. Relative paths inside a configuration start at the working directory.",
    ],
  ],
};

/** How a running gw takes the signals that people send. */
export const signalsTopic: ManualTopic = {
  title: "SIGNALS",
  entries: [
    [
      "SIGTERM, SIGINT",
      "stop: health answers 503 and everything is still served for the shutdown delay, then requests in flight are finished (max_shutdown_wait_time) and gw ends with 0. While gw starts it ends at once with 0. A second one ends it at once, with 143 or 130.",
    ],
    [
      "SIGHUP",
      "reads the certificates and keys of 'tls' again; live connections go on. Without 'tls': a line in the log.",
    ],
    [
      "SIGUSR1, SIGUSR2",
      "no effect, except a line in the log: a changed file is read at the next start.",
    ],
  ],
};
