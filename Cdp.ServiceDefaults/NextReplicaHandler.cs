namespace Cdp.ServiceDefaults;

/// <summary>
/// Asks the next replica of a stage where one cannot be connected to. Service discovery, which comes after this, names them in
/// turn. Nothing was sent yet, so that nothing is done twice.
/// </summary>
public sealed class NextReplicaHandler : DelegatingHandler
{
    private const int Attempts = 3;

    /// <summary>In a chain that is put together by a client factory.</summary>
    public NextReplicaHandler()
    {
    }

    /// <summary>In front of a handler that finds replicas.</summary>
    public NextReplicaHandler(HttpMessageHandler discovery)
        : base(discovery)
    {
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError && attempt < Attempts)
            {
                // Its successor is asked.
            }
        }
    }
}
