#!/bin/sh
# Gives a Temporal server the namespace of the onboardings and their search attributes. May run at every start: what is
# there already is left alone.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}"

# Tries a command once a second for a minute: the server says that it serves before it serves everything.
insist() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      echo "given up after a minute: $*" >&2
      exit 1
    fi
    sleep 1
  done
}

namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d
}

# the ten of src/contract/searchAttributes.ts; a test holds the two together
search_attributes() {
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
    --name LayersStage --type Keyword \
    --name LayersAttention --type KeywordList \
    --name LayersProjectId --type Keyword \
    --name LayersCustomer --type Keyword \
    --name LayersMode --type Keyword \
    --name LayersErrorCode --type KeywordList \
    --name LayersRefs --type KeywordList \
    --name LayersWaitingSince --type Datetime \
    --name LayersScheduledFor --type Datetime \
    --name LayersReviewRound --type Int
}

insist temporal operator cluster health
insist namespace
insist search_attributes
echo "The namespace $TEMPORAL_NAMESPACE is ready for onboardings."
