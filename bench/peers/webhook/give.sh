#!/bin/sh
# One email to MOAB; fails unless MOAB said ok. Whatever would need escaping in JSON is no email.
case "$1" in '' | *[\"\\]*) exit 1 ;; esac
answer=$(curl --silent --show-error --fail --max-time 10 --header 'content-type: application/json' \
  --data "{\"api_key\":\"$MOAB_API_KEY\",\"email\":\"$1\"}" "$MOAB_URL") || exit 1
case "$answer" in *'"status":"ok"'*) ;; *) exit 1 ;; esac
