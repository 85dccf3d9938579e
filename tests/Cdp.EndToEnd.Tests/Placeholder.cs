namespace Cdp.EndToEnd.Tests;
