namespace Cdp.SegmentSearch.Tests;
