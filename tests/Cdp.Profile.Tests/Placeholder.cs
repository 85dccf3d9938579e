namespace Cdp.Profile.Tests;
