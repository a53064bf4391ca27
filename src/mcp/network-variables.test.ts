import { expect, test } from 'vitest';
import { networkVariables } from './network-variables.ts';

test('a server is told how to reach the network, and no password on the way (X3)', () => {
  const environment = {
    NODE_EXTRA_CA_CERTS: '/etc/company.pem',
    HTTPS_PROXY: 'http://ann:geheim@proxy.example:3128',
    https_proxy: 'http://proxy.example:3128',
    NO_PROXY: 'localhost',
    API_KEY: 'geheim',
    HTTP_PROXY: undefined,
  };
  expect(networkVariables(environment)).toEqual({
    NODE_EXTRA_CA_CERTS: '/etc/company.pem',
    NO_PROXY: 'localhost',
    https_proxy: 'http://proxy.example:3128',
  });
});
