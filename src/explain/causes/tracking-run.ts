import { leftover } from '../leftover.ts'

/** What an experiment tracker writes for each run: a folder with a random name or a time, and times inside. */
export const trackingRun = leftover({
  id: 'tracking-run',
  title: "An experiment tracker's run is in the layer",
  message:
    'MLflow, Weights & Biases, TensorBoard or Ray noted a run: in files or a folder named by a random ID, a time, a host or a process, with times and durations inside.',
  paths:
    /(?:^|\/)mlruns\/(?:\d+|models)\/(?:[0-9a-f]{32}|m-[0-9a-f]{32})(?:\/.*)?$|(?:^|\/)mlruns\/\d+\/meta\.yaml$|(?:^|\/)wandb\/(?:(?:offline-)?run-\d{8}_\d{6}-\w+(?:\/.*)?|latest-run|debug(?:-internal)?\.log)$|(?:^|\/)events\.out\.tfevents\.\d+\.[^/]*$|(?:^|\/)ray_results\/.+/,
  remove: path =>
    `/${path.replace(/((?:^|\/)(?:mlruns|wandb|ray_results))\/.*$/, '$1').replace(/(events\.out\.tfevents)\..*$/, '$1.*')}`,
  fix: 'Send runs to a tracking server, or switch the tracker off in the build (WANDB_MODE=disabled, MLFLOW_TRACKING_URI outside of the image), or delete its folder in the same instruction.',
})
