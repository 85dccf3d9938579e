using System.Text;
using Grpc.Core;

namespace Cdp.InProcess.Tests.Fakes;

/// <summary>A method with streams both ways, which none of the platform's services has: answers each text with itself.</summary>
internal static class Echo
{
    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    public static Method<string, string> Method { get; } = new(MethodType.DuplexStreaming, "test.Echo", "Say", Text, Text);

    public static InProcessMethods Bind(DuplexStreamingServerMethod<string, string> handler)
    {
        var methods = new InProcessMethods();
        methods.AddMethod(Method, handler);
        return methods;
    }

    public static async Task SayAsync(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
            await responses.WriteAsync(requests.Current, context.CancellationToken);
    }
}
