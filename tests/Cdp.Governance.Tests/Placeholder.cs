namespace Cdp.Governance.Tests;
