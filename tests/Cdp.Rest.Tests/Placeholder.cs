namespace Cdp.Rest.Tests;
