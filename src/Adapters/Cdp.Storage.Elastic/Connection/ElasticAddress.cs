using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>Where the engine is, and who asks it: a connection string such as <c>http://elastic:password@localhost:9200</c>.</summary>
internal sealed class ElasticAddress
{
    /// <summary>Configuration path of the connection string.</summary>
    public const string Setting = "ConnectionStrings:elasticsearch";

    private ElasticAddress(Uri uri, AuthenticationHeaderValue? credentials) => (Uri, Credentials) = (uri, credentials);

    /// <summary>The address, without credentials.</summary>
    public Uri Uri { get; }

    /// <summary>The user and password as a header; null where there are none.</summary>
    public AuthenticationHeaderValue? Credentials { get; }

    /// <exception cref="InvalidOperationException">It is no address. The message does not repeat it: it may hold a password.</exception>
    public static ElasticAddress Of(IConfiguration configuration)
    {
        if (!Uri.TryCreate(configuration[Setting], UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw new InvalidOperationException($"{Setting}: expected an address such as http://user:password@localhost:9200.");
        var clean = new UriBuilder(uri) { UserName = "", Password = "", Query = "", Fragment = "", Path = uri.AbsolutePath.TrimEnd('/') + "/" }.Uri;
        var user = Uri.UnescapeDataString(uri.UserInfo);
        return new ElasticAddress(clean, user.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user))));
    }
}
