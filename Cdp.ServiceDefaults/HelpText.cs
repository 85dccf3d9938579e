namespace Cdp.ServiceDefaults;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    public static string For(string stage)
    {
        var (http, grpc) = StagePorts.Of(stage);
        return $"""
            Cdp {stage}: {Purpose(stage)}

            Settings (command line --Name value, or environment with __ for :):
              --urls                    HTTP addresses; default http://127.0.0.1:{http}
              --Cdp:GrpcUrls            gRPC addresses (HTTP/2); default http://127.0.0.1:{grpc}
              --Cdp:AdvertisedUrl       gRPC address under which other replicas reach this one; default the first of Cdp:GrpcUrls
              --Cdp:DataDirectory       where the embedded stores keep their files; default ./data
              --ConnectionStrings:kafka   brokers for the event log, host:port,host:port; more of Cdp:Kafka is in docs/running.md
              --Cdp:AdminKey            API key with all scopes; made and printed at the first run where not given
              --Cdp:WriteKey            write key of the first source; made and printed at the first run where not given
              --Cdp:ServiceKey          secret shared by services that listen beyond loopback
              --Cdp:TrustedProxies      addresses or networks, separated by ; whose X-Forwarded headers are believed; default none
              --Cdp:Retention:Timeline  days that events stay on timelines and count in segments; default for ever. The others, of
                                        deliveries, imports and more, are in docs/operating.md
              --Cdp:Elasticsearch:IndexPrefix   what names of indices begin with; default cdp
              --Cdp:Elasticsearch:Rebuild true  build the search index anew, beside the one that searches use meanwhile
              --Cdp:RateLimit:Enabled   false lifts the rate limits; the others are in docs/running.md
              --Cdp:Activation:AllowPrivateAddresses true   lets webhooks go to private and loopback addresses
              ConnectionStrings:mongodb                     state in MongoDB, mongodb://user:password@host:port/database
              ConnectionStrings:kafka                       the event log in Kafka, host:port,host:port
              ConnectionStrings:elasticsearch               search with Elasticsearch or OpenSearch, http://user:password@host:port
              OTEL_EXPORTER_OTLP_ENDPOINT                   where to send traces, metrics and logs; nowhere where not set
            {(stage == "standalone" ? "  --demo                    feed a made-up shop\n" : "")}
            """;
    }

    private static string Purpose(string stage) => stage switch
    {
        "standalone" => "the whole platform in one process, on embedded stores",
        "gateway" => "REST and tracking API in front of the services",
        "collection" => "takes events, deduplicates and logs them",
        "identity" => "says which person an event belongs to",
        "profile" => "keeps one document per person",
        "segment-search" => "evaluates segments, counts, searches",
        "activation" => "delivers segment entries and exits",
        "governance" => "API keys, audit, consent, deletion",
        _ => "",
    };
}
