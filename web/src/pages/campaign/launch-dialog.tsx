/** Launching: what will run, on what, as whom and what follows, before the button; then what became of it. */
import { Button, Modal, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useLaunch } from '../../api/mutations.ts';
import type { CampaignView, LaunchInput } from '../../api/types.ts';
import { ProblemPanel } from '../../states/problem-panel.tsx';
import { SelectFilter } from '../../table/select-filter.tsx';
import styles from './campaign.module.css';
import { LaunchPreview } from './launch-preview.tsx';
import { LaunchHeld, LaunchResult } from './launch-result.tsx';

export interface LaunchDialogProps {
  experiment: string;
  view: CampaignView;
  opened: boolean;
  onClose: () => void;
}

export function LaunchDialog({ experiment, view, opened, onClose }: LaunchDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Launch ${view.name}`} size={640}>
      <LaunchForm experiment={experiment} view={view} onClose={onClose} />
    </Modal>
  );
}

function LaunchForm({ experiment, view, onClose }: Omit<LaunchDialogProps, 'opened'>) {
  const [stage, setStage] = useState(() => firstStage(view));
  const [test, setTest] = useState(view.type === 'test');
  const [dataset, setDataset] = useState('');
  // One key for this dialog: a button pressed twice, or a request sent again, launches once.
  const [requestKey] = useState(() => crypto.randomUUID());
  const [typed] = useDebouncedValue(dataset.trim(), 300);
  const launch = useLaunch(experiment);

  const request = (name: string): LaunchInput => ({
    campaign: view.name,
    stage,
    test,
    ...(name === '' ? {} : { dataset: name }),
  });
  if (launch.data !== undefined) {
    return <LaunchResult experiment={experiment} launch={launch.data.launch} onClose={onClose} />;
  }
  if (launch.error instanceof ApiError && launch.error.problem.code === 'launches-held') {
    return <LaunchHeld problem={launch.error.problem} onClose={onClose} />;
  }
  return (
    <form
      className={styles.dialog}
      onSubmit={(event) => {
        event.preventDefault();
        launch.mutate({ ...request(dataset.trim()), requestKey });
      }}
    >
      <div className={styles.field}>
        <h3>Stage</h3>
        <SelectFilter
          label="Stage"
          all="Choose a stage"
          options={view.stages.map((one) => ({
            value: one.name,
            text: one.leading ? one.name : `${one.name} (depends on others)`,
          }))}
          value={stage}
          onChange={setStage}
        />
      </div>
      <TextInput
        label="Dataset"
        description="Instead of the stage's own dataset and split; leave empty for the next slice."
        value={dataset}
        onChange={(event) => setDataset(event.currentTarget.value)}
      />
      <Switch
        label="Test: the test split and test parameters, and nothing follows from it"
        checked={test}
        onChange={(event) => setTest(event.currentTarget.checked)}
      />
      <div className={styles.preview}>
        {stage !== '' && <LaunchPreview experiment={experiment} request={request(typed)} />}
      </div>
      {launch.error !== null && <ProblemPanel error={launch.error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Back</Button>
        <Button type="submit" variant="filled" loading={launch.isPending} disabled={stage === ''}>
          {test ? 'Launch a test' : stage === '' ? 'Launch' : `Launch ${stage}`}
        </Button>
      </div>
    </form>
  );
}

/** The first stage that depends on nothing. */
function firstStage(view: CampaignView): string {
  return (view.stages.find((stage) => stage.leading) ?? view.stages[0])?.name ?? '';
}
