namespace Cdp.Storage.Elastic.Queries;

/// <summary>A condition is larger than an engine should be asked.</summary>
internal sealed class OversizeQueryException() : Exception("The condition has too many parts.");
