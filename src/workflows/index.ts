export { deliverNotification } from './notifying';
export { onboardCustomer } from './onboardCustomer';
