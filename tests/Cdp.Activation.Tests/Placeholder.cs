namespace Cdp.Activation.Tests;
