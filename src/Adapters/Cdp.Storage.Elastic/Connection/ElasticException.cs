using System.Net;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>The engine refused a call, or did not answer it.</summary>
/// <param name="status">Its status; null where there was no answer.</param>
/// <param name="type">The engine's name for the reason. What it says beside that may hold values of profiles, and is not kept.</param>
/// <param name="inner">What kept the call from being answered.</param>
internal sealed class ElasticException(HttpStatusCode? status, string type, Exception? inner = null)
    : Exception(status is null ? $"it does not answer ({type})" : $"it answers {(int)status} ({type})", inner)
{
    /// <summary>The status; null where there was no answer.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>The engine's name for the reason.</summary>
    public string Type { get; } = type;
}
