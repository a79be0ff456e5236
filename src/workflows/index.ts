export { deliverNotification } from './status/notify';
export { onboardCustomer } from './onboardCustomer';
