namespace Cdp.Storage.Elastic.Writing;

/// <summary>An index that is written to is not there any more.</summary>
internal sealed class IndexGoneException() : Exception("The index is gone.");
