import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** Failed workflow tasks and activities are what many tests are about: only errors of the SDK itself are told. */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});
