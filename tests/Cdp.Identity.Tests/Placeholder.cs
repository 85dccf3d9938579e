namespace Cdp.Identity.Tests;
