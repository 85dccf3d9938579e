using System.Net.Sockets;
using Cdp.Contracts.Failures;

namespace Cdp.Activation.Webhooks;

/// <summary>Checks where a webhook is to go. A name is checked again at each connection: it may mean another address then.</summary>
internal sealed class WebhookUrl(AddressPolicy addresses, IHostResolver resolver, TimeProvider time)
{
    private const int Longest = 2_048;
    private static readonly TimeSpan ResolverPatience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<FieldError>> ValidateAsync(string url, CancellationToken cancellationToken)
    {
        if (url.Length == 0)
            return [new FieldError("url", "is missing; expected an http or https URL")];
        if (url.Length > Longest)
            return [new FieldError("url", $"has {url.Length} characters; expected at most {Longest}")];
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return [new FieldError("url", "is not an http or https URL with a host")];
        var errors = new List<FieldError>();
        if (uri.UserInfo.Length > 0)
            errors.Add(new FieldError("url", "holds a user or password; expected none, because it is shown to everyone who sees the destination"));
        if (await IsPrivateAsync(uri, cancellationToken))
            errors.Add(new FieldError("url", $"is on a private address; expected a public one, or {ActivationOptions.Section}:{nameof(ActivationOptions.AllowPrivateAddresses)} set to true"));
        return errors;
    }

    // A name that does not resolve now may do so later.
    private async Task<bool> IsPrivateAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ResolverPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var found = await resolver.ResolveAsync(uri.IdnHost, either.Token);
            return !found.All(addresses.Allows);
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
