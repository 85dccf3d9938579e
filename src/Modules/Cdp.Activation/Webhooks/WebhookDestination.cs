using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cdp.Activation.Destinations;
using Cdp.Contracts.Failures;

namespace Cdp.Activation.Webhooks;

/// <summary>Sends signed JSON to a URL, by the Standard Webhooks specification.</summary>
internal sealed class WebhookDestination(WebhookClient client, WebhookUrl urls, TimeProvider time) : IDestinationKind
{
    /// <inheritdoc />
    public string Name => "webhook";

    /// <inheritdoc />
    public string MakeSecret() => WebhookSecret.Make();

    /// <inheritdoc />
    public async Task<IReadOnlyList<FieldError>> ValidateAsync(string? url, string? secret, CancellationToken cancellationToken)
    {
        List<FieldError> errors = url is null ? [] : [.. await urls.ValidateAsync(url, cancellationToken)];
        if (secret is not null && WebhookSecret.Parse(secret) is null)
            errors.Add(new FieldError("secret", $"is not a signing secret; expected whsec_ and base64 of {WebhookSecret.FewestBytes} to {WebhookSecret.MostBytes} bytes, or none"));
        return errors;
    }

    /// <inheritdoc />
    public async Task<AttemptResult> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        using var request = Request(message);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            return Judge(response);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            return new AttemptResult(AttemptVerdict.GiveUp, 0, refused.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new AttemptResult(AttemptVerdict.Retry, 0, $"No connection within {WebhookClient.ConnectTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException exception)
        {
            // Its message may hold the URL; the kind of error says enough.
            return new AttemptResult(AttemptVerdict.Retry, 0, $"No answer: {exception.HttpRequestError}.");
        }
    }

    private HttpRequestMessage Request(OutgoingMessage message)
    {
        var body = WebhookPayload.Write(message);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var key = WebhookSecret.Parse(message.Secret) ?? throw new InvalidOperationException("The stored secret is not a signing secret.");
        var request = new HttpRequestMessage(HttpMethod.Post, message.Destination.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", message.Delivery.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(key, message.Delivery.Id, timestamp, body.Span));
        return request;
    }

    private AttemptResult Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var answered = $"The receiver answered {status}.";
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new AttemptResult(AttemptVerdict.Delivered, status, answered),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                new AttemptResult(AttemptVerdict.Retry, status, answered, RetryAfter(response)),
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError =>
                new AttemptResult(AttemptVerdict.Retry, status, answered),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new AttemptResult(AttemptVerdict.GiveUp, status, $"{answered} Redirects are not followed."),
            _ => new AttemptResult(AttemptVerdict.GiveUp, status, answered),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
