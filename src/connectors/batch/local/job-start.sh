# Becomes the job, in its session, with nothing but the environment it was submitted with:
# job-start.sh CLUSTER-FOLDER JOB-ID INDEX ATTEMPT WORK-FOLDER
unset PATH LC_ALL
. "$1/environment"
export POMS_JOB_ID="$2" POMS_JOB_INDEX="$3" POMS_JOB_ATTEMPT="$4" TMPDIR="$5"
cd "$5" || exit 1
. "$1/command"
