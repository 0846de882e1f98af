#!/bin/sh
# Launch script of the stages that work on files:
#   on-files.sh JOB [--dataset=NAME] [--version=V] [--jobs=N] [options of the job]
# Starts the submission's project on the dataset, so that every file goes to exactly one job, and queues jobs:
# N, or one a file where there are fewer files than that.
set -eu
here=$(dirname "$0")
job=$1
shift
dataset='' jobs=1
# What is not for this script is passed on to the job; `set --` below rebuilds the list without the rest.
count=$#
while [ "$count" -gt 0 ]; do
  option=$1
  shift
  count=$((count - 1))
  case $option in
    --dataset=*) dataset=${option#*=} ;;
    --jobs=*) jobs=${option#*=} ;;
    *) set -- "$@" "$option" ;;
  esac
done
[ -n "$dataset" ] || { echo "on-files.sh: --dataset= is missing" >&2 && exit 2; }

# Started again under the same name it is the same project.
poms-files start-project "$POMS_PROJECT" "$dataset"
files=$(poms-files count "snapshot_for_project_name $POMS_PROJECT")
[ "$files" -gt 0 ] || { echo "on-files.sh: there are no files in $dataset" >&2 && exit 1; }
[ "$files" -ge "$jobs" ] || jobs=$files

poms-submit -N "$jobs" --time-limit 300 --name "$job" -- node "$here/$job.mjs" "$@"
