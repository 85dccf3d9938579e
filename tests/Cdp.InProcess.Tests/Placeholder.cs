namespace Cdp.InProcess.Tests;
