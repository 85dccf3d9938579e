namespace Cdp.Collection.Tests;
