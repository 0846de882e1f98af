#!/bin/sh
# Launch script of the stage `ingest`, a generator: it has no input, so there is no project to start, and one job
# makes all files.
set -eu
here=$(dirname "$0")
version=v1
for option in "$@"; do
  case $option in
    --version=*) version=${option#*=} ;;
    *) echo "ingest.sh: there is no option $option" >&2 && exit 2 ;;
  esac
done

poms-submit --time-limit 300 --name ingest -- node "$here/ingest.mjs" "--version=$version"
