using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Cdp.EndToEnd.Tests.Sdks;

/// <summary>A shop on a site of its own, with an SDK on its pages, visited with a real browser.</summary>
internal sealed class BrowserShop : IAsyncDisposable
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
    private readonly ConcurrentQueue<string> _log = new();
    private readonly WebApplication _site;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private BrowserShop(WebApplication site, IPlaywright playwright, IBrowser browser) => (_site, _playwright, _browser) = (site, playwright, browser);

    public static async Task<BrowserShop> OpenAsync(string directory)
    {
        var program = Browsers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Chromium is not installed.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var site = builder.Build();
        site.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(directory) });
        await site.StartAsync(TestContext.Current.CancellationToken);
        var playwright = await Playwright.CreateAsync();
        return new BrowserShop(site, playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments }));
    }

    /// <summary>What the browser did and said.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Opens a page of the shop and returns when the SDK there is ready; the page stays open.</summary>
    public async Task VisitAsync(string page, Uri host, string writeKey, string user)
    {
        var site = _site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var tab = await _browser.NewPageAsync();
        tab.Console += (_, message) => _log.Enqueue(message.Text);
        tab.Response += (_, response) => _log.Enqueue($"{response.Request.Method} {response.Url}: {response.Status}");
        tab.RequestFailed += (_, request) => _log.Enqueue($"{request.Method} {request.Url}: {request.Failure}");
        await tab.GotoAsync($"{site}/{page}?host={Uri.EscapeDataString(host.ToString().TrimEnd('/'))}&key={writeKey}&user={user}");
        try
        {
            await tab.WaitForFunctionAsync("document.body.textContent.startsWith('sent')", null, new() { Timeout = 20_000 });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{page} did not send: {await tab.TextContentAsync("body")}\n{Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _site.DisposeAsync();
    }
}
